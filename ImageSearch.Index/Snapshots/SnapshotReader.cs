using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace ImageSearch.Index.Snapshots;

/// <summary>An opened snapshot whose header and table are sound and whose sections all lie within the file.</summary>
internal sealed class SnapshotReader : IDisposable
{
    private const int PieceBytes = 256 * 1024;

    private readonly FileStream _file;
    private readonly Dictionary<(string Name, int Segment), SnapshotSection> _sections;

    private SnapshotReader(FileStream file, SnapshotHeader header, SnapshotSection[] sections)
    {
        (_file, Header) = (file, header);
        _sections = sections.ToDictionary(section => (section.Name, section.Segment));
    }

    public SnapshotHeader Header { get; }

    public long Bytes => _file.Length;

    public IReadOnlyCollection<SnapshotSection> Sections => _sections.Values;

    private SafeFileHandle Handle => _file.SafeFileHandle;

    /// <exception cref="InvalidSnapshotException">It is none, or a torn, damaged or foreign one.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static SnapshotReader Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            var length = file.Length;
            var preamble = new byte[SnapshotFile.Preamble];
            var read = RandomAccess.Read(file.SafeFileHandle, preamble, 0);
            var header = new byte[SnapshotHeaderCodec.ReadSize(preamble.AsSpan(0, read), length)];
            ReadFully(file.SafeFileHandle, header, 0);
            var (decoded, sections) = SnapshotHeaderCodec.Decode(header, length);
            return new SnapshotReader(file, decoded, sections);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads every section and compares its checksum: afterwards all of it is in the page cache, where there is room.</summary>
    /// <exception cref="InvalidSnapshotException">One differs.</exception>
    public void Verify(int threads, CancellationToken cancellationToken)
    {
        // Through reads rather than a mapping: a disk that fails to give a piece is an exception here, and a signal there.
        var work = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        try
        {
            Parallel.ForEach(_sections.Values.OrderBy(section => section.Offset), work, () => new byte[PieceBytes], Verify, _ => { });
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions[0];
        }
    }

    /// <returns>Null where the snapshot has none.</returns>
    public SnapshotSection? Find(string name, int segment) => _sections.TryGetValue((name, segment), out var section) ? section : null;

    /// <summary>A section that has to be there.</summary>
    public SnapshotSection Get(string name, int segment) => Find(name, segment)
        ?? throw new InvalidSnapshotException($"it has no section {name} of segment {segment}");

    /// <summary>A small section as a whole.</summary>
    public byte[] Read(string name, int segment)
    {
        var section = Get(name, segment);
        if (section.Length > Array.MaxLength)
        {
            throw new InvalidSnapshotException($"its section {name} of segment {segment} is too large: {section.Length} bytes");
        }

        var bytes = new byte[section.Length];
        ReadFully(Handle, bytes, section.Offset);
        return bytes;
    }

    /// <summary>All of the file as memory, for as long as somebody refers to the answer.</summary>
    public MappedFile Map() => new(_file);

    public void Dispose() => _file.Dispose();

    private byte[] Verify(SnapshotSection section, ParallelLoopState state, byte[] piece)
    {
        var checksum = new XxHash64();
        for (long done = 0; done < section.Length && !state.ShouldExitCurrentIteration;)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, section.Length - done));
            ReadFully(Handle, part, section.Offset + done);
            checksum.Append(part);
            done += part.Length;
        }

        return state.ShouldExitCurrentIteration || checksum.GetCurrentHashAsUInt64() == section.Checksum
            ? piece
            : throw new InvalidSnapshotException(
                $"its section {section.Name} of segment {section.Segment} is damaged: the checksum differs");
    }

    private static void ReadFully(SafeFileHandle handle, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0)
            {
                throw new InvalidSnapshotException("it ends too early");
            }

            buffer = buffer[read..];
            offset += read;
        }
    }
}
