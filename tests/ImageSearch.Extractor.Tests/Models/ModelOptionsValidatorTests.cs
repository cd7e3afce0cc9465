using ImageSearch.Core.RabbitMq;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Tests.Models;

public sealed class ModelOptionsValidatorTests
{
    [Fact]
    public void Validate_Declarations_Pass()
    {
        Assert.True(Validate(Declarations.Layout()).Succeeded);
        Assert.True(Validate(Declarations.SqueezeNet()).Succeeded);
        Assert.True(Validate(Declarations.WithMiniLm(Declarations.ResNet18())).Succeeded);
    }

    [Theory]
    [InlineData("Source", "https://models.example/text.onnx", "Model:Text:Sha256 is not set")]
    [InlineData("Sha256", "abc", "Model:Text:Sha256 must be 64")]
    [InlineData("Vocabulary", "", "Model:Text:Vocabulary must be")]
    [InlineData("Head", "https://:", "paths or valid URLs")]
    [InlineData("Tokenizer", "7", "Tokenizer must be WordPiece or BytePair")]
    [InlineData("Tokenizer", "BytePair", "Merges belongs to the tokenizer BytePair")]
    [InlineData("Merges", "merges.txt", "Merges belongs to the tokenizer BytePair")]
    [InlineData("MaximumTokens", "2", "between 3 and 1,024")]
    public void Validate_BadTextEncoder_IsNamed(string field, string value, string sentence)
    {
        var settings = Declarations.WithMiniLm(Declarations.ResNet18());
        settings[$"Model:Text:{field}"] = value;

        Assert.Contains(sentence, Validate(settings).FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Model:Name", "Not A Label")]
    [InlineData("Model:Version", "")]
    [InlineData("Model:Dimension", "0")]
    [InlineData("Model:Source", "")]
    [InlineData("Model:Sha256", "abc")]
    [InlineData("Model:MaximumBytes", "0")]
    [InlineData("Model:DownloadTimeout", "00:00:00")]
    [InlineData("Model:QueryTransport", "7")]
    [InlineData("Model:Input:Name", "")]
    [InlineData("Model:Input:Width", "0")]
    [InlineData("Model:Input:Height", "5000")]
    [InlineData("Model:Input:Resize", "7")]
    [InlineData("Model:Input:ResizeTo", "100")]
    [InlineData("Model:Input:Mean:3", "1")]
    [InlineData("Model:Input:Scale:0", "0")]
    [InlineData("Model:Output:Embedding", "")]
    [InlineData("Model:Output:Labels", "")]
    public void Validate_BadValue_IsNamed(string key, string value)
    {
        var settings = Declarations.SqueezeNet();
        settings[key] = value;
        var result = Validate(settings);
        Assert.True(result.Failed);
        Assert.Contains(string.Join(':', key.Split(':').TakeWhile(part => !char.IsDigit(part[0]))), result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_UrlWithoutChecksum_IsRefused()
    {
        var settings = Declarations.Layout();
        settings["Model:Source"] = "https://models.example/model.onnx";
        Assert.Equal("Model:Sha256 is not set: a model from a URL needs its checksum.", Validate(settings).FailureMessage);
    }

    [Fact]
    public void Validate_ManyMistakes_AreReportedAtOnce() =>
        Assert.True(Validate(new() { ["Model:Version"] = "" }).Failures!.Count() >= 6);

    [Fact]
    public void Validate_RpcWithoutBroker_SaysWhatItNeeds()
    {
        var settings = Declarations.Layout();
        settings["Model:QueryTransport"] = "Rpc";
        Assert.Equal(
            "Model:QueryTransport is Rpc, which needs RabbitMQ: set Backend to servers and ConnectionStrings:rabbitmq, or QueryTransport to Http.",
            Validate(settings).FailureMessage);
    }

    [Fact]
    public async Task Validate_RpcWithBroker_Passes()
    {
        await using var broker = new RabbitMqConnection("amqp://broker/", "test");
        var settings = Declarations.Layout();
        settings["Model:QueryTransport"] = "Rpc";
        Assert.True(Validate(settings, broker).Succeeded);
    }

    private static ValidateOptionsResult Validate(Dictionary<string, string?> settings, RabbitMqConnection? broker = null)
    {
        var options = new ModelOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(ModelOptions.Section).Bind(options);
        var services = new ServiceCollection();
        if (broker is not null)
        {
            services.AddSingleton(broker);
        }

        using var provider = services.BuildServiceProvider();
        return new ModelOptionsValidator(provider.GetRequiredService<IServiceProviderIsService>()).Validate(null, options);
    }
}
