using ImageSearch.Core.Mongo;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoConnectionStringTests
{
    [Theory]
    [InlineData("mongodb://host", "host")]
    [InlineData("mongodb://user:secret@host:27018/imagesearch?authSource=admin", "host:27018")]
    [InlineData("mongodb://user:p%40ss@a:1,b:2/?replicaSet=rs", "a:1,b:2")]
    [InlineData("mongodb://user:se/cr@t?@host/db", "host")]
    [InlineData("mongodb+srv://user:secret@cluster.example.org/db", "cluster.example.org")]
    [InlineData("http://user:secret@host", "")]
    [InlineData("", "")]
    public void AddressOf_AnyString_IsWhatMayBeShown(string text, string address) => Assert.Equal(address, MongoConnectionString.AddressOf(text));
}
