using ImageSearch.Core.Images;
using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class BsonTests
{
    [Fact]
    public void Bytes_OfADocument_AreThoseOfTheSpecification()
    {
        // The first example of bsonspec.org.
        Assert.Equal("\x16\0\0\0\x02hello\0\x06\0\0\0world\0\0"u8.ToArray(), new BsonDocument { { "hello", "world" } }.Bytes.ToArray());
        Assert.Equal("\x05\0\0\0\0"u8.ToArray(), new BsonDocument().Bytes.ToArray());
    }

    [Fact]
    public void Read_EveryTypeThatIsWritten_IsTheSame()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        var document = new BsonDocument
        {
            { "text", "grüße €" }, { "empty", "" }, { "null", (string?)null }, { "int", -5 }, { "long", long.MinValue }, { "double", 0.25 }, { "true", true },
            { "date", now }, { "stamp", new BsonTimestamp(ulong.MaxValue - 1) }, { "bytes", (ReadOnlySpan<byte>)[1, 2, 3] }, { "floats", (ReadOnlySpan<float>)[0.5f, -1] },
            { "inner", new BsonDocument { { "a", 1 } } }, { "array", new BsonArray { "x", "y" } }, { "id", Samples.Id(1) }, { "ids", new[] { Samples.Id(2), Samples.Id(3) } },
        };

        var read = new BsonDocument(document.Bytes).View;

        Assert.Equal("grüße €", read["text"u8].ToString());
        Assert.Equal("", read["empty"u8].ToString());
        Assert.True(read["null"u8].IsNull);
        Assert.Equal(-5, read["int"u8].ToInt32());
        Assert.Equal(long.MinValue, read["long"u8].ToInt64());
        Assert.Equal(0.25, read["double"u8].ToDouble());
        Assert.True(read["true"u8].ToBoolean());
        Assert.Equal(now, read["date"u8].ToDate());
        Assert.Equal(ulong.MaxValue - 1, read["stamp"u8].ToTimestamp().Value);
        Assert.Equal([1, 2, 3], read["bytes"u8].ToBinary().ToArray());
        Assert.Equal([0.5f, -1], read["floats"u8].ToVector());
        Assert.Equal(1, read["inner"u8].ToView()["a"u8].ToInt32());
        Assert.Equal(["x", "y"], read["array"u8].ToStrings());
        Assert.Equal(Samples.Id(1), read["id"u8].ToId());
        Assert.Equal([Samples.Id(2).ToString(), Samples.Id(3).ToString()], read["ids"u8].ToStrings());
        Assert.Equal(15, document.Cast<string>().Count());
    }

    [Fact]
    public void Read_MissingOrOfAnotherType_SaysWhich()
    {
        var document = new BsonDocument { { "a", "text" }, { "big", long.MaxValue }, { "odd", double.NaN }, { "late", DateTimeOffset.MaxValue } };

        Assert.Contains("'b'", Assert.Throws<BsonException>(() => document.View["b"u8].ToInt32()).Message);
        Assert.Contains("'a'", Assert.Throws<BsonException>(() => document.View["a"u8].ToInt32()).Message);
        Assert.Throws<BsonException>(() => document.View["a"u8].ToId());
        Assert.Throws<BsonException>(() => document.View["big"u8].ToInt32());
        Assert.Throws<BsonException>(() => document.View["odd"u8].ToInt64());
        Assert.Throws<ArgumentException>(() => document.Add("zero\0", 1));
    }

    [Fact]
    public void Read_RandomDocuments_AreWhatWasWritten()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var expected = new List<string>();
            var document = Random(new Random(seed), depth: 3, "", expected);

            var found = new List<string>();
            Walk(new BsonDocument(document.Bytes).View, "", found);

            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Read_BytesOfAnyContent_FailsOnlyAsBson()
    {
        var read = 0;
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            read += TryWalk(Damaged(random)) ? 1 : 0;
        }

        // Damage to a value leaves a document; damage to its structure does not.
        Assert.InRange(read, 100, 19_900);
    }

    [Fact]
    public void Read_EveryPieceOfADocument_FailsOnlyAsBson()
    {
        var document = Random(new Random(1), depth: 3, "", []).Bytes.ToArray();
        for (var length = 0; length < document.Length; length++)
        {
            Assert.False(TryWalk(document[..length]));
            byte[] claimed = document[..length];
            if (length >= 5)
            {
                BitConverter.TryWriteBytes(claimed, length);
                claimed[^1] = 0;
                TryWalk(claimed);
            }
        }
    }

    private static byte[] Damaged(Random random)
    {
        if (random.Next(4) == 0)
        {
            var noise = new byte[random.Next(5, 100)];
            random.NextBytes(noise);
            BitConverter.TryWriteBytes(noise, noise.Length);
            noise[^1] = 0;
            return noise;
        }

        var bytes = Random(random, depth: 2, "", []).Bytes.ToArray();
        for (var i = random.Next(4); i >= 0; i--)
        {
            bytes[random.Next(4, bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)random.Next(0x14);
        }

        return bytes;
    }

    /// <summary>On memory of its own, right before bytes that are not its own: what reads beyond would find them, and say so by its result.</summary>
    private static bool TryWalk(byte[] bytes)
    {
        var surrounded = new byte[bytes.Length + 64];
        Array.Fill(surrounded, (byte)'!');
        bytes.CopyTo(surrounded, 32);
        try
        {
            var found = new List<string>();
            Walk(new BsonView(surrounded.AsSpan(32, bytes.Length)), "", found);
            Assert.DoesNotContain(found, text => text.Contains("!!!!!!!!!!!!!!!!", StringComparison.Ordinal));
            return true;
        }
        catch (BsonException)
        {
            return false;
        }
    }

    private static BsonDocument Random(Random random, int depth, string path, List<string> expected)
    {
        var document = new BsonDocument();
        for (var i = random.Next(6); i >= 0; i--)
        {
            var name = $"f{i}";
            var at = $"{path}/{name}";
            switch (random.Next(depth > 0 ? 8 : 7))
            {
                case 0:
                    var text = new string('ü', random.Next(200));
                    document.Add(name, text);
                    expected.Add($"{at}={text}");
                    break;
                case 1:
                    var number = random.NextInt64() - random.NextInt64();
                    document.Add(name, number);
                    expected.Add($"{at}={number}");
                    break;
                case 2:
                    document.Add(name, (int)i);
                    expected.Add($"{at}={i}");
                    break;
                case 3:
                    var bytes = new byte[random.Next(300)];
                    random.NextBytes(bytes);
                    document.Add(name, (ReadOnlySpan<byte>)bytes);
                    expected.Add($"{at}={Convert.ToHexString(bytes)}");
                    break;
                case 4:
                    document.Add(name, i % 2 == 0);
                    expected.Add($"{at}={i % 2 == 0}");
                    break;
                case 5:
                    var time = DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(0, 4_000_000_000_000));
                    document.Add(name, time);
                    expected.Add($"{at}={time:O}");
                    break;
                case 6:
                    document.Add(name, (string?)null);
                    expected.Add($"{at}=null");
                    break;
                default:
                    document.Add(name, Random(random, depth - 1, at, expected));
                    break;
            }
        }

        return document;
    }

    /// <summary>Looks at everything, with every way of reading that fits its type.</summary>
    private static void Walk(BsonView view, string path, List<string> found)
    {
        foreach (var element in view)
        {
            var at = $"{path}/{System.Text.Encoding.UTF8.GetString(element.Name)}";
            switch (element.Type)
            {
                case BsonType.Document or BsonType.Array:
                    Walk(element.ToView(), at, found);
                    break;
                case BsonType.String:
                    found.Add($"{at}={element.ToString()}");
                    _ = ImageId.TryParseUtf8(element.ToUtf8(), out _);
                    break;
                case BsonType.Int32 or BsonType.Int64 or BsonType.Double:
                    _ = element.ToDouble();
                    found.Add($"{at}={element.ToInt64()}");
                    break;
                case BsonType.Boolean:
                    found.Add($"{at}={element.ToBoolean()}");
                    break;
                case BsonType.Date:
                    found.Add($"{at}={element.ToDate():O}");
                    break;
                case BsonType.Timestamp:
                    _ = element.ToTimestamp();
                    break;
                case BsonType.Binary:
                    _ = element.ToVector();
                    found.Add($"{at}={Convert.ToHexString(element.ToBinary())}");
                    break;
                default:
                    found.Add($"{at}=null");
                    break;
            }
        }
    }
}
