using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ImageSearch.Core.Models;
using ImageSearch.Testing;
using ImageSearch.Web.Relevance;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Tests.Search;

public sealed class SearchCursorTextTests
{
    private static readonly SearchOptions Options = new();

    private static readonly SearchCursor Full = new(
        new ModelKey("layout", "1"),
        new SearchParameters(24, "layout", 0.25, "pets", new CropRectangle(0.1, 0.2, 0.3, 0.4), 300, true, true, Next: true),
        Samples.Id(1),
        MemoryMarshal.AsBytes<float>(new[] { 0.6f, 0.8f }).ToArray(),
        [Samples.Id(2), Samples.Id(3)],
        new Calibration(0.1, 0.4, 0.9, 2000),
        new RankPosition(-0.123457, Samples.Id(4)),
        48)
    {
        Fingerprint = [1, 2, 3],
    };

    private static readonly SearchCursor Small = new(
        new ModelKey("other", "7"), new SearchParameters(10, "other", Next: true), Samples.Id(1), null, [], null, new RankPosition(1, Samples.Id(4)), 10);

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        Assert.Equivalent(Full, SearchCursorText.Read(SearchCursorText.Write(Full), Options), strict: true);
        Assert.Equivalent(Full with { Fingerprint = null }, SearchCursorText.Read(SearchCursorText.Write(Full with { Fingerprint = null }), Options), strict: true);
        Assert.Equivalent(Small, SearchCursorText.Read(SearchCursorText.Write(Small), Options), strict: true);
    }

    [Fact]
    public void Write_PictureOfTheCollection_IsShort() => Assert.InRange(SearchCursorText.Write(Small).Length, 100, 200);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AQ")]
    [InlineData("not base64 at all!")]
    [InlineData("ÄÖÜ")]
    public void Read_NoCursor_IsNull(string text) => Assert.Null(SearchCursorText.Read(text, Options));

    [Fact]
    public void Read_CutOffOrChanged_IsNull()
    {
        var text = SearchCursorText.Write(Full);
        var random = new Random(1);
        for (var i = 0; i < text.Length; i++)
        {
            Assert.Null(SearchCursorText.Read(text[..i], Options));
            var other = text.ToCharArray();
            other[i] = other[i] == 'A' ? 'B' : 'A';
            var read = SearchCursorText.Read(new string(other), Options);
            // The last character has bits that mean nothing.
            Assert.True(read is null || i == text.Length - 1);
        }
    }

    [Fact]
    public void Read_AnyBytesWithTheRightSum_NeverThrows()
    {
        var random = new Random(2);
        var sound = Base64Url.DecodeFromChars(SearchCursorText.Write(Full))[..^8];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = sound.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = [.. bytes.Take(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)];
            var cursor = SearchCursorText.Read(Base64Url.EncodeToString([.. bytes, .. SHA256.HashData(bytes)[..8]]), Options);

            Assert.True(cursor is null || (cursor.Parameters.K is >= 1 and <= 100 && cursor.Given is >= 1 and < 1000 && cursor.Excluded.Count <= 64));
        }
    }

    [Fact]
    public void Read_ValuesThatNoParameterMayHave_IsNull()
    {
        SearchCursor[] bad =
        [
            Full with { Parameters = Full.Parameters with { K = 101 } },
            Full with { Parameters = Full.Parameters with { K = 0 } },
            Full with { Parameters = Full.Parameters with { MinScore = double.NaN } },
            Full with { Parameters = Full.Parameters with { Ef = 5000 } },
            Full with { Parameters = Full.Parameters with { Tag = new string('x', 101) } },
            Full with { Parameters = Full.Parameters with { Crop = new CropRectangle(0.9, 0, 0.5, 1) } },
            Full with { Given = 1000 },
            Full with { Given = 0 },
            Full with { Vector = [1, 2, 3] },
            Full with { Vector = new byte[8] },
            Full with { Vector = [0, 0, 0xC0, 0x7F] },
            Full with { Vector = null, Picture = null },
            Full with { Calibration = new Calibration(0.5, 0.4, 0.9, 1) },
            Full with { Calibration = new Calibration(double.NaN, 0.4, 0.9, 1) },
        ];

        Assert.All(bad, cursor => Assert.Null(SearchCursorText.Read(SearchCursorText.Write(cursor), Options)));
    }
}
