using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ImageSearch.Testing.Malformed;

/// <summary>
/// Requests against every call of a service, each in turn, that are wrong in one or more ways: broken forms, wrong types, huge numbers,
/// invalid UTF-8, bodies that end early or stall, tricks with paths. The same seed gives the same requests.
/// </summary>
public sealed partial class MalformedRequests
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "FOO", "get"];

    private readonly IReadOnlyList<CallTemplate> _calls;
    private readonly IReadOnlyList<string> _ids;
    private readonly Random _random;
    private readonly MalformedBody _body;
    private int _next;

    /// <param name="calls">What the service takes.</param>
    /// <param name="ids">Of things that there are and of things that there are not.</param>
    /// <param name="pictures">Small ones.</param>
    public MalformedRequests(int seed, IReadOnlyList<CallTemplate> calls, IReadOnlyList<string> ids, IReadOnlyList<byte[]> pictures)
    {
        (_calls, _ids, _random) = (calls, ids, new Random(seed));
        _body = new MalformedBody(_random, ids, pictures);
    }

    public MalformedRequest Next()
    {
        var call = _calls[_next++ % _calls.Count];
        var method = _random.Next(10) == 0 ? _random.Pick(Methods) : call.Method;
        var (type, body) = method is "GET" or "HEAD" && _random.Next(5) != 0 ? (null, []) : _body.Next();

        var head = new MemoryStream();
        void Write(string text) => head.Write(Encoding.UTF8.GetBytes(text));
        Write($"{method} ");
        head.Write(Target(call.Path));
        Write(" HTTP/1.1\r\n");
        Write($"Host: {(_random.Next(40) == 0 ? _random.Pick(["", "[::1", "a b", "\u00e9", "x:99999", "a,b"]) : "localhost")}\r\n");
        Write("Connection: close\r\n");
        if (type is not null)
        {
            Write($"Content-Type: {type}\r\n");
        }

        foreach (var header in Headers())
        {
            Write($"{header}\r\n");
        }

        var (framing, how) = Frame(head, body);
        return new MalformedRequest($"{_next}: {method} {call.Path} ({how}, {type ?? "no type"}, {body.Length} bytes)", head.ToArray(), framing);
    }

    private byte[] Target(string path)
    {
        using var target = new MemoryStream();
        foreach (var segment in Parameter().Split(path))
        {
            target.Write(Parameter().IsMatch(segment) ? Segment() : Encoding.ASCII.GetBytes(segment));
        }

        for (var i = 0; i < _random.Next(6) - 1; i++)
        {
            target.Write(Encoding.ASCII.GetBytes(i == 0 ? "?" : "&"));
            target.Write(Encoding.ASCII.GetBytes($"{_random.Pick(Nasty.Names)}="));
            target.Write(_random.InAddress(_random.Word(_ids)));
        }

        return target.ToArray();
    }

    private byte[] Segment() => _random.Next(3) == 0 ? Encoding.ASCII.GetBytes(_random.Pick(_ids)) : _random.InAddress(_random.Word(_ids));

    private IEnumerable<string> Headers()
    {
        for (var i = _random.Next(4); i > 0; i--)
        {
            yield return _random.Next(22) switch
            {
                0 => "Range: bytes=0-,1-,2-",
                1 => "Range: bytes=-99999999999999999999",
                2 => "If-None-Match: \"unclosed",
                3 => "If-Modified-Since: yesterday",
                4 => "Accept: text/html",
                5 => "Accept: ;;q=,*/",
                6 => "Cookie: imagesearch-key=x; imagesearch-form=%%%; a",
                7 => "X-Api-Key: isk_abcdefghijkl_0123456789012345678901234567890123456789",
                8 => $"X-Api-Key: {new string('k', 5000)}",
                9 => "Authorization: Bearer",
                10 => "Authorization: Basic %%%",
                11 => "Origin: null",
                12 => "Sec-Fetch-Site: cross-site",
                13 => $"X-Deadline-Ms: {_random.Pick(["0", "-1", "1e9", "99999999999999", "x", ""])}",
                14 => $"Idempotency-Key: {_random.Pick(["", "\u00e9", new string('i', 4000), "a b\tc", "k"])}",
                15 => $"X-Client-Id: {_random.Pick(["", "\u202e", new string('c', 4000)])}",
                16 => "traceparent: 00-ffffffffffffffffffffffffffffffff-0000000000000000-zz",
                17 => "Content-Encoding: gzip",
                18 => "Accept-Encoding: gzip;q=x, br, zstd;q=2",
                19 => "Last-Event-ID: 99999999999999999999",
                20 => $"X-Forwarded-For: {_random.Pick(["a", "1.2.3.4, 5", "[::1]:x"])}",
                _ => $"X-Long: {new string('x', _random.Next(100, 9000))}",
            };
        }
    }

    /// <summary>Adds the headers that frame the body, and the body.</summary>
    private (Framing Framing, string How) Frame(MemoryStream request, byte[] body)
    {
        void Head(string text) => request.Write(Encoding.ASCII.GetBytes($"{text}\r\n\r\n"));
        var half = body.AsSpan(0, body.Length / 2);
        switch (_random.Next(100))
        {
            case 0 when body.Length > 1:
                Head($"Content-Length: {body.Length}");
                request.Write(half);
                return (Framing.Stalled, "stalls");
            case 1 when body.Length > 1:
                Head("Transfer-Encoding: chunked");
                request.Write(Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"));
                request.Write(half);
                return (Framing.Stalled, "stalls in a chunk");
            case < 6 when body.Length > 1:
                Head($"Content-Length: {body.Length}");
                request.Write(half);
                return (Framing.CutOff, "cut off");
            case < 8:
                Head($"Content-Length: {_random.Pick(["-1", "99999999999999999999", "x", "1, 2"])}");
                request.Write(body);
                return (Framing.Broken, "impossible length");
            case < 10:
                Head("Transfer-Encoding: chunked");
                request.Write("zz\r\n"u8);
                request.Write(body);
                return (Framing.Broken, "no chunks");
            case < 12:
                Head($"Content-Length: {body.Length}\r\nTransfer-Encoding: chunked");
                request.Write(body);
                return (Framing.Broken, "two lengths");
            case < 14:
                Head(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {5_000_000_000_000}"));
                request.Write(body);
                return (Framing.CutOff, "announces terabytes");
            case < 24:
                Head("Transfer-Encoding: chunked");
                for (var at = 0; at < body.Length; at += 500)
                {
                    var chunk = body.AsSpan(at, Math.Min(500, body.Length - at));
                    request.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
                    request.Write(chunk);
                    request.Write("\r\n"u8);
                }

                request.Write("0\r\n\r\n"u8);
                return (Framing.Whole, "in chunks");
            case < 28:
                Head($"Content-Length: {body.Length}");
                request.Write(body);
                request.Write("GARBAGE behind it\r\n\r\n"u8);
                return (Framing.Whole, "garbage behind");
            default:
                Head($"Content-Length: {body.Length}");
                request.Write(body);
                return (Framing.Whole, "whole");
        }
    }

    [GeneratedRegex(@"(\{[^}]*\})")]
    private static partial Regex Parameter();
}
