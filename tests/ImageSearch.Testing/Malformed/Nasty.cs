using System.Text;

namespace ImageSearch.Testing.Malformed;

/// <summary>Words that programs stumble over, drawn by a seeded generator.</summary>
internal static class Nasty
{
    public static readonly string[] Names =
    [
        "url", "imageId", "k", "model", "minScore", "tag", "crop", "ef", "limit", "cursor", "state", "size", "ids", "add", "remove", "name", "scope", "urls", "folder", "tags",
        "positive", "negative", "group", "queries", "reason", "relevant", "sticky", "key", "return", "end", "file", "handler", "_handler", "__RequestVerificationToken", "unknown", "",
    ];

    private static readonly string[] Words =
    [
        "", " ", "0", "1", "10", "-1", "-0", "1.5", "1e999", "-1e999", "99999999999999999999999999", "2147483648", "9223372036854775808", "0x10", "NaN", "Infinity", "1,5", "\u0661\u0662",
        "true", "null", "undefined", "[]", "{}", "layout", "other", "LAYOUT", "layout\0", "pending", "failed", "indexed", "0,0,1,1", "0.5,0.5,0.6,0.6", "0,0,0,0", "-1,-1,2,2", "1,1,1",
        "0,0,1e-300,1", "NaN,0,1,1", "http://127.0.0.1/", "http://[::1", "http://user:pw@h/", "file:///etc/passwd", "gopher://x", "http://\u0000/", "//evil.example", "javascript:alert(1)",
        "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\x", "%2e%2e%2f", "....//", "~root", "CON", "a\0b.png", "\r\nSet-Cookie: a=b", "<script>alert(1)</script>",
        "' OR 1=1 --", "$where", "{\"$gt\":\"\"}", "${jndi:ldap://x}", "{{7*7}}", "\u202egnp.exe", "\ufeff", "\ufffd", "e\u0301", "\U0001F4A9", "isk_abcdefghijkl_0123456789012345678901234567890123456789",
    ];

    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static string Word(this Random random, IReadOnlyList<string> ids) => random.Next(12) switch
    {
        0 => new string((char)random.Next('a', 'z'), random.Next(1, 5000)),
        1 => random.Pick(ids),
        2 => random.Pick(ids).ToUpperInvariant(),
        3 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(1, 0xd7ff))),
        _ => random.Pick(Words),
    };

    public static byte[] Bytes(this Random random, int maximum)
    {
        var bytes = new byte[random.Next(maximum + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Percent-encoded as an address wants it, or not quite.</summary>
    public static byte[] InAddress(this Random random, string text) => random.Next(8) switch
    {
        0 => "%zz%"u8.ToArray(),
        1 => "%ff%fe%00%c0%af"u8.ToArray(),
        2 => "%2e%2e%2f%2e%2e%5c"u8.ToArray(),
        3 => [.. Encoding.UTF8.GetBytes(text).Where(b => b > ' ')],
        _ => Encoding.ASCII.GetBytes(Uri.EscapeDataString(text)),
    };
}
