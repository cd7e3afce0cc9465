using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security;

/// <summary>
/// Protects what a form carries (its antiforgery token) with a key that follows from <c>Security:AdminKey</c>, or from
/// <c>Security:FormKey</c> where there is no such key: every replica reads what any of them wrote, and nothing has to be kept or shared.
/// With neither, each process uses a random key, which is right for one replica. AES-256-GCM, keys by HKDF-SHA256, one per purpose; what is
/// protected is nonce, tag and text.
/// </summary>
internal sealed class FormProtection : IDataProtectionProvider
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _key;

    public FormProtection(IOptions<SecurityOptions> options) =>
        _key = (options.Value.AdminKey ?? options.Value.FormKey) is { Length: > 0 } secret
        ? HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "ImageSearch forms"u8.ToArray())
        : RandomNumberGenerator.GetBytes(32);

    private FormProtection(byte[] key) => _key = key;

    public IDataProtector CreateProtector(string purpose) =>
        new Protector(HKDF.Expand(HashAlgorithmName.SHA256, _key, 32, Encoding.UTF8.GetBytes(purpose)));

    private sealed class Protector(byte[] key) : IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => new FormProtection(key).CreateProtector(purpose);

        public byte[] Protect(byte[] plaintext)
        {
            var result = new byte[NonceSize + TagSize + plaintext.Length];
            var nonce = result.AsSpan(0, NonceSize);
            RandomNumberGenerator.Fill(nonce);
            using var aes = new AesGcm(key, TagSize);
            aes.Encrypt(nonce, plaintext, result.AsSpan(NonceSize + TagSize), result.AsSpan(NonceSize, TagSize));
            return result;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length < NonceSize + TagSize)
            {
                throw new CryptographicException("The text is too short to be one that was protected here.");
            }

            var plaintext = new byte[protectedData.Length - NonceSize - TagSize];
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(
                protectedData.AsSpan(0, NonceSize),
                protectedData.AsSpan(NonceSize + TagSize),
                protectedData.AsSpan(NonceSize, TagSize),
                plaintext);
            return plaintext;
        }
    }
}
