using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ImageSearch.Core.Security;

/// <summary>A key as its holder has it: <c>isk_&lt;id&gt;_&lt;secret&gt;</c>. The prefix lets scanners of leaked secrets find it.</summary>
public sealed class ApiKeyText
{
    public const int MaximumLength = 200;

    private const string Prefix = "isk_";
    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 12;

    /// <summary>Of 62 characters: 238 bits.</summary>
    private const int SecretLength = 40;

    private readonly string _secret;

    private ApiKeyText(string id, string secret) => (Id, _secret) = (id, secret);

    public string Id { get; }

    public static ApiKeyText Create() => new(
        RandomNumberGenerator.GetString(Digits + Lower, IdLength),
        RandomNumberGenerator.GetString(Digits + Lower + Lower.ToUpperInvariant(), SecretLength));

    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        if (text is null || text.Length != Prefix.Length + IdLength + 1 + SecretLength
            || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var (id, secret) = (text.Substring(Prefix.Length, IdLength), text[^SecretLength..]);
        if (text[Prefix.Length + IdLength] != '_' || !id.All(char.IsAsciiLetterOrDigit) || !secret.All(char.IsAsciiLetterOrDigit))
        {
            return false;
        }

        key = new ApiKeyText(id, secret);
        return true;
    }

    /// <summary>SHA-256 of a secret.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>What is kept of it.</summary>
    public byte[] Hash() => HashOf(_secret);

    /// <summary>Whether it is the key that is kept, in a time that does not tell how much of it is right.</summary>
    public bool Matches(ApiKey kept) => CryptographicOperations.FixedTimeEquals(Hash(), kept.Hash.Span);

    /// <summary>The whole key, for its holder alone. Not <see cref="ToString"/>, which ends up in logs.</summary>
    public string Reveal() => $"{Prefix}{Id}_{_secret}";

    public override string ToString() => $"{Prefix}{Id}_…";
}
