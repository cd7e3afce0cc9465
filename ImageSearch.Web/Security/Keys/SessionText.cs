using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageSearch.Core.Security;

namespace ImageSearch.Web.Security.Keys;

/// <summary>
/// A session as a cookie has it: <c>&lt;key id&gt;.&lt;end, Unix seconds&gt;.&lt;HMAC-SHA256 of both&gt;</c>. Nothing in it is secret but
/// the seal.
/// </summary>
internal sealed record SessionText(string KeyId, DateTimeOffset Ends, byte[] Seal)
{
    private const char Separator = '.';

    public static string Write(string keyId, DateTimeOffset ends, byte[] secret)
    {
        var claim = Claim(keyId, ends);
        return $"{claim}{Separator}{Base64Url.EncodeToString(SealOf(claim, secret))}";
    }

    /// <returns>Null when it is no session. Whether it is one of ours, <see cref="IsSealedWith"/> tells.</returns>
    public static SessionText? TryRead(string text) =>
        text.Length <= ApiKeyText.MaximumLength && text.Split(Separator) is [var id, var end, var seal]
        && id.Length > 0 && id.All(char.IsAsciiLetterOrDigit)
        && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        && Base64Url.IsValid(seal)
            ? new SessionText(id, DateTimeOffset.FromUnixTimeSeconds(seconds), Base64Url.DecodeFromChars(seal))
            : null;

    /// <summary>Takes a time that does not tell how much of the seal is right.</summary>
    public bool IsSealedWith(byte[] secret) => CryptographicOperations.FixedTimeEquals(SealOf(Claim(KeyId, Ends), secret), Seal);

    private static string Claim(string keyId, DateTimeOffset ends) =>
        string.Create(CultureInfo.InvariantCulture, $"{keyId}{Separator}{ends.ToUnixTimeSeconds()}");

    private static byte[] SealOf(string claim, byte[] secret) => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(claim));
}
