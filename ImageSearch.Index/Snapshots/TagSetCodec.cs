using System.Text;

namespace ImageSearch.Index.Snapshots;

/// <summary>Sets of tags as bytes: their number, and for each the number of its tags and these.</summary>
internal static class TagSetCodec
{
    public static byte[] Encode(IReadOnlyList<IReadOnlyList<string>> sets)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(sets.Count);
        foreach (var set in sets)
        {
            writer.Write(set.Count);
            foreach (var tag in set)
            {
                var bytes = Encoding.UTF8.GetBytes(tag);
                writer.Write(bytes.Length);
                writer.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    public static string[][] Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new SnapshotHeaderReader(bytes);
        var sets = new string[reader.Count(bytes.Length)][];
        for (var i = 0; i < sets.Length; i++)
        {
            sets[i] = new string[reader.Count(bytes.Length)];
            for (var j = 0; j < sets[i].Length; j++)
            {
                sets[i][j] = reader.Text(bytes.Length);
            }
        }

        reader.End();
        return sets;
    }
}
