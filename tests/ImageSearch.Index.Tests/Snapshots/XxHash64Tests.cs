using System.Text;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Tests.Snapshots;

public sealed class XxHash64Tests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void Hash_PublishedVector_Agrees(string text, ulong expected) => Assert.Equal(expected, XxHash64.Hash(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Append_AnyPieces_EqualsTheWhole()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var content = new byte[random.Next(300)];
            random.NextBytes(content);
            var hash = new XxHash64();
            for (var done = 0; done < content.Length;)
            {
                var piece = random.Next(1, content.Length - done + 1);
                hash.Append(content.AsSpan(done, piece));
                done += piece;
            }

            Assert.Equal(XxHash64.Hash(content), hash.Value);
        }
    }
}
