using ImageSearch.Core.Mongo;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoOptionsTests
{
    [Theory]
    [InlineData("Connections", "0")]
    [InlineData("Connections", "65")]
    [InlineData("ServerSelectionTimeout", "00:00:00")]
    [InlineData("ConnectTimeout", "01:00:00")]
    [InlineData("SocketTimeout", "00:00:00")]
    [InlineData("FeedWait", "00:00:00")]
    [InlineData("HousekeepingInterval", "00:00:00.5")]
    public void Validate_ValueOutOfRange_NamesTheKey(string key, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new($"Mongo:{key}", value)]);
        MongoBackend.Add(builder.Services, "mongodb://host");
        using var host = builder.Build();

        var error = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<MongoOptions>>().Value);

        Assert.Contains($"Mongo:{key}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://user:topsecret@")]
    [InlineData("mongodb://user:top/secret@host:1:2/x")]
    [InlineData("mongodb://user:se/cret@t?@host/db")]
    [InlineData("mongodb://user:topsecret@host/db?ssl=perhaps")]
    [InlineData("amqp://user:topsecret@host")]
    [InlineData("topsecret")]
    [InlineData("")]
    public void Add_NoConnectionStringOfMongoDb_SaysHowItLooks(string connectionString)
    {
        var error = Assert.Throws<InvalidOperationException>(() => MongoBackend.Add(new ServiceCollection(), connectionString));

        Assert.Contains("mongodb://", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }
}
