using System.Buffers.Binary;
using System.Text;

namespace ImageSearch.Hosting.Running.Servers;

/// <summary>The few kinds of BSON that a simple command and its answer are made of.</summary>
internal static class CommandBson
{
    private const byte Double = 1;
    private const byte String = 2;
    private const byte Array = 4;
    private const byte Int32 = 16;

    /// <summary>A document of strings, whole numbers and arrays of strings.</summary>
    public static byte[] Write(IEnumerable<(string Name, object Value)> elements)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(0);
        foreach (var (name, value) in elements)
        {
            writer.Write(value switch { string => String, string[] => Array, _ => Int32 });
            writer.Write(Encoding.UTF8.GetBytes($"{name}\0"));
            switch (value)
            {
                case string text:
                    var bytes = Encoding.UTF8.GetBytes($"{text}\0");
                    writer.Write(bytes.Length);
                    writer.Write(bytes);
                    break;
                case string[] items:
                    writer.Write(Write(items.Select((item, i) => ($"{i}", (object)item))));
                    break;
                default:
                    writer.Write((int)value);
                    break;
            }
        }

        writer.Write((byte)0);
        writer.Flush();
        var document = stream.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(document, document.Length);
        return document;
    }

    /// <summary>Reads <c>ok</c>, <c>errmsg</c> and <c>code</c>, which come before anything of another kind.</summary>
    public static MongoReply ReadReply(ReadOnlySpan<byte> document)
    {
        var (ok, problem, code) = (0.0, "The server gave no reason.", 0);
        var rest = document[4..];
        while (rest.Length > 1 && rest[0] is Double or String or Int32)
        {
            var kind = rest[0];
            rest = rest[1..];
            var end = rest.IndexOf((byte)0);
            var name = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[(end + 1)..];
            switch (kind)
            {
                case Double:
                    ok = name == "ok" ? BinaryPrimitives.ReadDoubleLittleEndian(rest) : ok;
                    rest = rest[8..];
                    break;
                case Int32:
                    code = name == "code" ? BinaryPrimitives.ReadInt32LittleEndian(rest) : code;
                    rest = rest[4..];
                    break;
                default:
                    var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
                    problem = name == "errmsg" ? Encoding.UTF8.GetString(rest.Slice(4, length - 1)) : problem;
                    rest = rest[(4 + length)..];
                    break;
            }
        }

        return ok == 1 ? default : new MongoReply(problem, code);
    }
}
