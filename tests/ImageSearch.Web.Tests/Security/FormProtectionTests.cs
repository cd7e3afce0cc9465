using System.Security.Cryptography;
using ImageSearch.Web.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Tests.Security;

public sealed class FormProtectionTests
{
    private static readonly byte[] Text = [1, 2, 3, 4, 5];

    [Fact]
    public void Unprotect_BySameSecretAndPurpose_GivesTheTextBack()
    {
        var kept = Of("secret").CreateProtector("a").Protect(Text);

        Assert.Equal(Text, Of("secret").CreateProtector("a").Unprotect(kept));
        Assert.NotEqual(kept, Of("secret").CreateProtector("a").Protect(Text));
        Assert.Equal(Text, Of("secret").CreateProtector("a").CreateProtector("b").Unprotect(Of("secret").CreateProtector("a", "b").Protect(Text)));
    }

    [Theory]
    [InlineData("other", "a")]
    [InlineData("secret", "b")]
    [InlineData(null, "a")]
    public void Unprotect_ByAnotherSecretOrPurpose_Throws(string? secret, string purpose)
    {
        var kept = Of("secret").CreateProtector("a").Protect(Text);

        Assert.ThrowsAny<CryptographicException>(() => Of(secret).CreateProtector(purpose).Unprotect(kept));
    }

    [Fact]
    public void Unprotect_AnyBitChanged_Throws()
    {
        var protector = Of("secret").CreateProtector("a");
        var kept = protector.Protect(Text);
        for (var i = 0; i < kept.Length; i++)
        {
            byte[] forged = [.. kept];
            forged[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(forged));
            Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(kept[..i]));
        }
    }

    private static FormProtection Of(string? secret) => new(Options.Create(new SecurityOptions { AdminKey = secret }));
}
