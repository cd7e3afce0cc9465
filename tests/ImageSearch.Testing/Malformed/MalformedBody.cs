using System.Text;

namespace ImageSearch.Testing.Malformed;

/// <summary>Bodies that are nearly, or not at all, what a service takes.</summary>
internal sealed class MalformedBody(Random random, IReadOnlyList<string> ids, IReadOnlyList<byte[]> pictures)
{
    private static readonly string[] JsonTypes =
        ["application/json", "application/json", "application/json", "application/json; charset=utf-16", "application/json; charset=nonsense", "text/json", "application/problem+json", "APPLICATION/JSON;;"];

    private static readonly string[] OtherTypes =
    [
        "", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "image/png", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"",
        "multipart/mixed; boundary=b", ";", "a/b/c", "*/*", "application/json", "application/xml",
    ];

    /// <returns>What the header Content-Type says, and the bytes.</returns>
    public (string? Type, byte[] Bytes) Next() => random.Next(10) switch
    {
        0 => (null, []),
        1 => (random.Pick(OtherTypes), random.Bytes(300)),
        2 => ("application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(string.Join('&', Fields()))),
        < 6 => (random.Pick(JsonTypes), Json()),
        _ => Form(),
    };

    private IEnumerable<string> Fields() =>
        Enumerable.Range(0, random.Next(40)).Select(_ => $"{random.Pick(Nasty.Names)}={Uri.EscapeDataString(Word())}");

    private string Word() => random.Word(ids);

    private byte[] Json()
    {
        var text = random.Next(12) switch
        {
            0 => new string('[', random.Next(1, 3000)),
            1 => string.Concat(Enumerable.Repeat("{\"a\":", random.Next(1, 300))),
            2 => Value(0),
            _ => Object(0),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(12) switch
        {
            0 => bytes[..random.Next(bytes.Length + 1)],
            1 => [.. bytes, .. random.Bytes(20)],
            2 => [0xef, 0xbb, 0xbf, .. bytes],
            3 => Encoding.Unicode.GetBytes(text),
            4 when bytes.Length > 2 => Spoiled(bytes),
            _ => bytes,
        };
    }

    /// <summary>A byte in the middle that is no UTF-8.</summary>
    private byte[] Spoiled(byte[] bytes)
    {
        bytes[random.Next(1, bytes.Length - 1)] = 0xff;
        return bytes;
    }

    private string Object(int depth) => $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{random.Pick(Nasty.Names)}\":{Value(depth + 1)}"))}}}";

    private string Value(int depth) => random.Next(12) switch
    {
        0 => "null",
        1 => random.Pick(["true", "false", "1e400", "-1", "0", "12345678901234567890123", "1.0000000000000000000001", "01", "+1", "NaN"]),
        2 => "\"\\ud800\"",
        3 => "\"\\u0000\"",
        4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(200)).Select(_ => $"\"{random.Pick(ids)}\""))}]",
        5 when depth < 4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Value(depth + 1)))}]",
        6 when depth < 4 => Object(depth + 1),
        7 => $"\"{random.Pick(ids)}\"",
        _ => System.Text.Json.JsonSerializer.Serialize(Word()),
    };

    private (string Type, byte[] Bytes) Form()
    {
        var boundary = random.Next(10) switch { 0 => new string('b', random.Next(1, 300)), 1 => "a b", 2 => "\u00e9", _ => "----boundary" };
        using var body = new MemoryStream();
        void Write(string text) => body.Write(Encoding.UTF8.GetBytes(text));

        if (random.Next(8) == 0)
        {
            body.Write(random.Bytes(200));
        }

        var parts = random.Next(12) == 0 ? random.Next(50, 400) : random.Next(5);
        for (var i = 0; i < parts; i++)
        {
            Write($"\r\n--{boundary}{random.Pick(["\r\n", "\r\n", "\r\n", "\r\n", "\n", "x\r\n", "--\r\n"])}");
            body.Write(PartHeaders());
            Write(random.Pick(["\r\n", "\r\n", "\r\n", "\r\n", "", "\n"]));
            body.Write(random.Next(4) switch
            {
                0 => Encoding.UTF8.GetBytes(Word()),
                1 => random.Bytes(2000),
                2 => Broken(random.Pick(pictures)),
                _ => random.Pick(pictures),
            });
        }

        Write(random.Pick([$"\r\n--{boundary}--\r\n", $"\r\n--{boundary}--\r\n", $"\r\n--{boundary}--", $"\r\n--{boundary}", "", "\r\n--"]));
        var type = random.Next(15) switch
        {
            0 => "multipart/form-data",
            1 => "multipart/form-data; boundary=other",
            2 => $"multipart/form-data; boundary=\"{boundary}",
            3 => $"multipart/form-data; boundary={boundary}; boundary={boundary}",
            _ => $"multipart/form-data; boundary={boundary}",
        };
        return (type, body.ToArray());
    }

    private byte[] PartHeaders()
    {
        var name = random.Next(3) == 0 ? random.Pick(Nasty.Names) : "file";
        var fileName = Word().Replace("\"", "%22", StringComparison.Ordinal).ReplaceLineEndings("%0D%0A");
        return random.Next(14) switch
        {
            0 => [],
            1 => Encoding.UTF8.GetBytes($"Content-Disposition: form-data\r\n"),
            2 => Encoding.UTF8.GetBytes($"Content-Disposition: form-data; name={name}; filename=\r\n"),
            3 => Encoding.UTF8.GetBytes($"Content-Disposition: form-data; name=\"{name}\"; filename*=UTF-8''{Uri.EscapeDataString(fileName)}%00%2e%2e%2fx\r\n"),
            4 => Encoding.UTF8.GetBytes($"Content-Disposition: form-data; name=\"{name}\"; filename*=nonsense'x'%ff%\r\n"),
            5 => [.. "Content-Disposition: form-data; name=\"file\"; filename=\""u8, 0xff, 0xfe, 0xc3, 0x28, .. "\"\r\n"u8],
            6 => Encoding.UTF8.GetBytes($"X: {new string('x', random.Next(100, 40_000))}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n"),
            7 => [.. random.Bytes(100), .. "\r\n"u8],
            8 => Encoding.UTF8.GetBytes($"Content-Disposition: form-data; name=\"{name}\"\r\nContent-Disposition: form-data; name=\"tag\"\r\nContent-Type: multipart/mixed; boundary=inner\r\n"),
            _ => Encoding.UTF8.GetBytes($"Content-Disposition: form-data; name=\"{name}\"; filename=\"{fileName}\"\r\nContent-Type: {random.Pick(["image/png", "text/html", "x", "image/svg+xml"])}\r\n"),
        };
    }

    private byte[] Broken(byte[] picture)
    {
        byte[] broken = [.. picture[..random.Next(picture.Length + 1)]];
        for (var i = 0; i < 3 && broken.Length > 0; i++)
        {
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
        }

        return broken;
    }
}
