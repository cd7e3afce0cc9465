using ImageSearch.Core.S3;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.S3;

public sealed class S3ConnectionStringTests
{
    [Fact]
    public void Parse_Everything_ReadsIt()
    {
        var options = S3ConnectionString.Parse(
            "endpoint=https://s3.example:9000;BUCKET=pictures;AccessKey=id;SecretKey=\"a;b=c\";Region=eu-west-1;CreateBucket=false;Timeout=7;Retries=0");

        Assert.Equal(new Uri("https://s3.example:9000"), options.Endpoint);
        Assert.Equal(("pictures", "id", "a;b=c", "eu-west-1"), (options.Bucket, options.AccessKey, options.SecretKey, options.Region));
        Assert.False(options.CreateBucket);
        Assert.Equal((TimeSpan.FromSeconds(7), 0), (options.Timeout, options.Retries));
    }

    [Fact]
    public void Parse_BucketOnly_IsAwsWithItsOwnCredentials()
    {
        var options = S3ConnectionString.Parse("Bucket=pictures");

        Assert.Null(options.Endpoint);
        Assert.Null(options.AccessKey);
        Assert.Null(options.Region);
        Assert.True(options.CreateBucket);
    }

    [Fact]
    public void Parse_ManyMistakes_ReportsAllAndNoSecret()
    {
        var error = Assert.Throws<OptionsValidationException>(() => S3ConnectionString.Parse(
            "Endpoint=ftp://x;Bucket=No;SecretKey=hush;CreateBucket=perhaps;Timeout=0;Retries=many;Colour=red"));

        Assert.Equal(7, error.Failures.Count());
        foreach (var word in new[] { "Endpoint", "'No'", "AccessKey", "'perhaps'", "'0'", "'many'", "'colour'" })
        {
            Assert.Contains(error.Failures, failure => failure.Contains(word, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("hush", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Endpoint=http://x:1")]
    public void Parse_NoBucket_SaysSo(string text) =>
        Assert.Contains("names no Bucket", Assert.Throws<OptionsValidationException>(() => S3ConnectionString.Parse(text)).Message);

    [Theory]
    [InlineData("hush")]
    [InlineData("Bucket=abc;SecretKey=\"hush")]
    public void Parse_NoPairs_SaysSoAndShowsNothing(string text)
    {
        var error = Assert.Throws<OptionsValidationException>(() => S3ConnectionString.Parse(text));

        Assert.Contains("Key=Value", error.Message);
        Assert.DoesNotContain("hush", error.Message);
    }

    [Theory]
    [InlineData("http://user:hush@host:1")]
    [InlineData("host:9000")]
    [InlineData("http://host/?a=b")]
    public void Parse_EndpointThatIsNone_IsRefused(string endpoint)
    {
        var error = Assert.Throws<OptionsValidationException>(() => S3ConnectionString.Parse($"Bucket=abc;Endpoint={endpoint}"));

        Assert.Contains("Endpoint", error.Message);
        Assert.DoesNotContain("hush", error.Message);
    }
}
