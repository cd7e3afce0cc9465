using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ImageSearch.Index.Snapshots;

/// <summary>Header and table as bytes. Reading believes nothing: whatever the bytes are, the answer is a header or a reason.</summary>
internal static class SnapshotHeaderCodec
{
    private const int NameBytes = 16;
    private const int EntryBytes = NameBytes + sizeof(int) + sizeof(long) + sizeof(long) + sizeof(ulong);
    private const int ChecksumBytes = sizeof(ulong);
    private const int LongestText = 1024;
    private const int MostParameters = 64;

    /// <returns>Bytes of the encoded header with that many sections.</returns>
    public static int Size(SnapshotHeader header, int sections) => Encode(header, [], 0).Length + (sections * EntryBytes);

    public static byte[] Encode(SnapshotHeader header, IReadOnlyCollection<SnapshotSection> sections, long fileLength)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(SnapshotFile.Magic);
        writer.Write(SnapshotFile.FormatVersion);
        writer.Write(0u); // size, below
        writer.Write(fileLength);
        WriteText(writer, header.Identity.Model);
        WriteText(writer, header.Identity.Version);
        writer.Write(header.Identity.Dimension);
        writer.Write(header.Identity.Shard);
        writer.Write(header.Identity.Shards);
        WriteText(writer, header.Kind.Name);
        writer.Write(header.Kind.Parameters.Count);
        foreach (var (name, value) in header.Kind.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            WriteText(writer, name);
            writer.Write(value);
        }

        WriteText(writer, header.Position ?? "");
        writer.Write(header.SavedAt.UtcTicks);
        writer.Write(header.SegmentRows);
        writer.Write(header.Segments);
        writer.Write(header.Alive);
        writer.Write(sections.Count);
        foreach (var section in sections)
        {
            WriteName(writer, section.Name);
            writer.Write(section.Segment);
            writer.Write(section.Offset);
            writer.Write(section.Length);
            writer.Write(section.Checksum);
        }

        writer.Write(0ul); // checksum, below
        var bytes = stream.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(bytes.Length - ChecksumBytes), XxHash64.HashToUInt64(bytes.AsSpan(0, bytes.Length - ChecksumBytes)));
        return bytes;
    }

    /// <summary>How many bytes header and table have, from the first <see cref="SnapshotFile.Preamble"/> of the file.</summary>
    /// <param name="fileLength">That the file has.</param>
    public static int ReadSize(ReadOnlySpan<byte> preamble, long fileLength)
    {
        if (preamble.Length < SnapshotFile.Preamble || !preamble.StartsWith(SnapshotFile.Magic))
        {
            throw new InvalidSnapshotException("it is no snapshot of an index");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(preamble[8..]);
        if (version != SnapshotFile.FormatVersion)
        {
            throw new InvalidSnapshotException(
                $"its format is version {version}, and this program reads version {SnapshotFile.FormatVersion}");
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(preamble[12..]);
        if (size is < SnapshotFile.Preamble + ChecksumBytes or > SnapshotFile.LargestHeader || size > fileLength)
        {
            throw new InvalidSnapshotException($"its header claims {size} bytes, and the file has {fileLength}");
        }

        return (int)size;
    }

    /// <param name="bytes">As many as <see cref="ReadSize"/> said.</param>
    public static (SnapshotHeader Header, SnapshotSection[] Sections) Decode(ReadOnlySpan<byte> bytes, long fileLength)
    {
        if (XxHash64.HashToUInt64(bytes[..^ChecksumBytes]) != BinaryPrimitives.ReadUInt64LittleEndian(bytes[^ChecksumBytes..]))
        {
            throw new InvalidSnapshotException("its header is damaged: the checksum differs");
        }

        var claimed = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        if (claimed != fileLength)
        {
            throw new InvalidSnapshotException($"it was written with {claimed} bytes and has {fileLength}");
        }

        var reader = new SnapshotHeaderReader(bytes[SnapshotFile.Preamble..^ChecksumBytes]);
        var identity = new SnapshotIdentity(
            reader.Text(LongestText), reader.Text(LongestText), reader.Int32(), reader.Int32(), reader.Int32());
        var kind = reader.Text(LongestText);
        var parameters = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var left = reader.Count(MostParameters); left > 0; left--)
        {
            var name = reader.Text(LongestText);
            parameters[name] = reader.Int64();
        }

        var header = new SnapshotHeader(
            identity, new IndexKind(kind, parameters), reader.Text(LongestText) is { Length: > 0 } position ? position : null,
            reader.Time(), reader.Positive(), reader.Count(int.MaxValue), reader.Int64());
        var sections = new SnapshotSection[reader.Count(SnapshotFile.LargestHeader / EntryBytes)];
        for (var i = 0; i < sections.Length; i++)
        {
            sections[i] = new SnapshotSection(reader.Name(NameBytes), reader.Int32(), reader.Int64(), reader.Int64(), reader.UInt64());
        }

        reader.End();
        Check(header, sections, bytes.Length, fileLength);
        return (header, sections);
    }

    private static void Check(SnapshotHeader header, SnapshotSection[] sections, int headerBytes, long fileLength)
    {
        long end = headerBytes;
        var names = new HashSet<(string, int)>();
        foreach (var (name, segment, offset, length, _) in sections)
        {
            if (segment < SnapshotSection.WholeIndex || segment >= header.Segments || !names.Add((name, segment)))
            {
                throw new InvalidSnapshotException($"its section {name} of segment {segment} has no place in it");
            }

            // In the order of the file, so that none overlaps another; subtracted, so that nothing overflows.
            if (offset < end || offset % SnapshotFile.Alignment != 0 || length < 0 || offset > fileLength || length > fileLength - offset)
            {
                throw new InvalidSnapshotException(
                    $"its section {name} of segment {segment} claims {length} bytes at {offset}, where they cannot be");
            }

            end = offset + length;
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, LongestText, nameof(text));
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteName(BinaryWriter writer, string name)
    {
        var bytes = new byte[NameBytes];
        Encoding.ASCII.GetBytes(name, bytes); // throws when it is too long
        writer.Write(bytes);
    }
}
