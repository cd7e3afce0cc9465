using System.Globalization;
using ImageSearch.Core.Images;

namespace ImageSearch.Web.Tests.Images;

public sealed class TagRuleTests
{
    [Theory]
    [InlineData("  cafe\u0301 ", "caf\u00e9")]
    [InlineData("caf\u00e9", "caf\u00e9")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("pets", "pets")]
    [InlineData(null, "")]
    public void Clean_AnyForm_IsNfc(string? raw, string expected)
    {
        Assert.Equal(expected, TagRule.Clean(raw));
        Assert.Equal(raw is null ? null : expected, raw is null ? null : TagRule.Spellings(raw)[0]);
    }

    [Fact]
    public void Spellings_OfWhatDecomposes_HaveItsOtherForm()
    {
        Assert.Equal(["caf\u00e9", "cafe\u0301"], TagRule.Spellings("cafe\u0301"));
        Assert.Equal(["pets"], TagRule.Spellings("pets"));
    }

    [Theory]
    [InlineData("pets")]
    [InlineData("caf\u00e9")]
    [InlineData("\u0928\u092e\u0938\u094d\u0924\u0947")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467")]
    [InlineData("\u2764\ufe0f")]
    [InlineData("a b-c_d&e")]
    [InlineData("\u05d0\u200f")]
    public void IsTag_WhatShowsSomething(string tag) => Assert.True(TagRule.IsTag(TagRule.Clean(tag)));

    [Theory]
    [InlineData("")]
    [InlineData("\u200b")]
    [InlineData("\u200b\u200d\ufeff")]
    [InlineData("\u0301\u0300")]
    [InlineData("\u2060\u00ad")]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("a\u202eb")]
    [InlineData("\u2066a\u2069")]
    [InlineData("a\u2028b")]
    [InlineData("a\u0007")]
    public void IsTag_WhatShowsNothingOrMisleads_IsNone(string tag) => Assert.False(TagRule.IsTag(TagRule.Clean(tag)));

    [Fact]
    public void IsTag_HalfOfAPair_IsNone()
    {
        var half = "a" + '\ud83d';

        Assert.Equal(half, TagRule.Clean(half));
        Assert.False(TagRule.IsTag(half));
        Assert.Single(TagRule.Spellings(half));
    }

    [Fact]
    public void IsTag_LengthIsThatOfWhatIsKept()
    {
        Assert.True(TagRule.IsTag(TagRule.Clean(string.Concat(Enumerable.Repeat("e\u0301", 64)))));
        Assert.False(TagRule.IsTag(TagRule.Clean(string.Concat(Enumerable.Repeat("e\u0301", 65)))));
    }

    [Fact]
    public void Culture_IsInvariantOnEveryMachine() => Assert.Equal(CultureInfo.InvariantCulture, CultureInfo.CurrentCulture);
}
