using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace ImageSearch.Index.Snapshots;

/// <summary>
/// Writes a snapshot aside and puts it in its place at the end. Without a commit no file remains. The temporary file is locked while it
/// is written, so that who cleans up (<see cref="SnapshotDirectory"/>) knows it from one whose process died.
/// </summary>
internal sealed unsafe class SnapshotWriter : IDisposable
{
    /// <summary>Stays in the second-level cache between being copied, summed and written.</summary>
    private const int PieceBytes = 256 * 1024;

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly SnapshotHeader _header;
    private readonly int _mostSections;
    private readonly List<SnapshotSection> _sections = [];
    private readonly byte[] _piece = GC.AllocateUninitializedArray<byte>(PieceBytes);
    private long _end;
    private bool _committed;

    /// <param name="mostSections">That will be written.</param>
    public SnapshotWriter(string path, SnapshotHeader header, int mostSections)
    {
        (_path, _header, _mostSections) = (path, header, mostSections);
        _temporary = $"{path}.{Guid.NewGuid():N}{SnapshotFile.TemporaryExtension}";
        _end = SnapshotHeaderCodec.Size(header, mostSections);
        _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);
    }

    public long Bytes => _end;

    private SafeFileHandle Handle => _file.SafeFileHandle;

    public void Add(string name, int segment, ReadOnlySpan<byte> content)
    {
        fixed (byte* pointer = content)
        {
            Add(name, segment, pointer, content.Length);
        }
    }

    /// <summary>Adds what lies in memory now. It may be written to meanwhile: what is summed is what is stored.</summary>
    public void Add(string name, int segment, void* content, long length)
    {
        if (_sections.Count == _mostSections)
        {
            throw new InvalidOperationException($"There is room for {_mostSections} sections only.");
        }

        var offset = SnapshotFile.Align(_end);
        var checksum = new XxHash64();
        for (long done = 0; done < length;)
        {
            var piece = _piece.AsSpan(0, (int)Math.Min(PieceBytes, length - done));
            new ReadOnlySpan<byte>((byte*)content + done, piece.Length).CopyTo(piece);
            checksum.Append(piece);
            RandomAccess.Write(Handle, piece, offset + done);
            done += piece.Length;
        }

        _sections.Add(new SnapshotSection(name, segment, offset, length, checksum.GetCurrentHashAsUInt64()));
        _end = offset + length;
    }

    /// <summary>From its return on the snapshot is on the disk under its name, whatever happens.</summary>
    public void Commit()
    {
        // A last section without bytes may lie behind the end.
        RandomAccess.SetLength(Handle, _end);
        RandomAccess.Write(Handle, SnapshotHeaderCodec.Encode(_header, _sections, _end), 0);
        RandomAccess.FlushToDisk(Handle);
        File.Move(_temporary, _path, overwrite: true);
        _committed = true;
        DirectoryFlush.ToDisk(Path.GetDirectoryName(_path)!);
    }

    public void Dispose()
    {
        if (!_committed)
        {
            File.Delete(_temporary);
        }

        _file.Dispose();
    }
}
