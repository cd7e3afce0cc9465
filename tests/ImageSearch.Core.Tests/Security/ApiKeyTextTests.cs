using ImageSearch.Core.Security;

namespace ImageSearch.Core.Tests.Security;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void Create_Key_IsReadAgainAndMatchesWhatIsKept()
    {
        var key = ApiKeyText.Create();

        Assert.True(ApiKeyText.TryParse(key.Reveal(), out var read));
        Assert.Equal(key.Id, read.Id);
        Assert.True(read.Matches(Kept(key)));
        Assert.Matches("^isk_[0-9a-z]{12}_[0-9A-Za-z]{40}$", key.Reveal());
    }

    [Fact]
    public void Create_TwoKeys_ShareNothing()
    {
        var (one, other) = (ApiKeyText.Create(), ApiKeyText.Create());

        Assert.NotEqual(one.Id, other.Id);
        Assert.False(one.Matches(Kept(other)));
    }

    [Fact]
    public void ToString_Key_KeepsTheSecret()
    {
        var key = ApiKeyText.Create();

        Assert.DoesNotContain(key.Reveal()[^40..], $"{key}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("isk_")]
    [InlineData("isk_abcdefghijkl_0123456789012345678901234567890123456789x")]
    [InlineData("isk_abcdefghijkl_012345678901234567890123456789012345678")]
    [InlineData("ISK_abcdefghijkl_0123456789012345678901234567890123456789")]
    [InlineData("isk_abcdefghijkl-0123456789012345678901234567890123456789")]
    [InlineData("isk_abcdefghij_l_0123456789012345678901234567890123456789")]
    [InlineData("isk_abcdefghijk'_0123456789012345678901234567890123456789")]
    [InlineData("isk_abcdefghijkl_01234567890123456789\u0661\u06623456789012345678")]
    public void TryParse_AnythingElse_IsNone(string? text) => Assert.False(ApiKeyText.TryParse(text, out _));

    [Fact]
    public void TryParse_WrongSecret_DoesNotMatch()
    {
        var key = ApiKeyText.Create();
        var text = key.Reveal();

        Assert.True(ApiKeyText.TryParse(text[..^1] + (text[^1] == 'x' ? 'y' : 'x'), out var forged));
        Assert.Equal(key.Id, forged.Id);
        Assert.False(forged.Matches(Kept(key)));
    }

    private static ApiKey Kept(ApiKeyText key) => new(key.Id, "name", ApiScope.Read, key.Hash(), DateTimeOffset.UnixEpoch);
}
