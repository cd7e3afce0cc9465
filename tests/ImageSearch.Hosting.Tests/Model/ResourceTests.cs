using Aspire.Hosting;

namespace ImageSearch.Hosting.Tests.Model;

public sealed class ResourceTests
{
    [Theory]
    [InlineData("web")]
    [InlineData("index-layout-0")]
    [InlineData("A1")]
    public async Task AddResource_ValidName_IsAccepted(string name)
    {
        var builder = await SampleApp.BuilderAsync();

        var resource = builder.AddExecutable(name, "true", ".").Resource;

        Assert.Same(resource, Assert.Single(builder.Resources));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1web")]
    [InlineData("web-")]
    [InlineData("we--b")]
    [InlineData("we_b")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public async Task AddResource_InvalidName_Throws(string name)
    {
        var builder = await SampleApp.BuilderAsync();

        Assert.ThrowsAny<ArgumentException>(() => builder.AddExecutable(name, "true", "."));
    }

    [Fact]
    public async Task AddResource_NameTakenInOtherCase_Throws()
    {
        var builder = await SampleApp.BuilderAsync();
        builder.AddExecutable("web", "true", ".");

        var e = Assert.Throws<DistributedApplicationException>(() => builder.AddParameter("WEB"));

        Assert.Contains("already exists", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithHttpEndpoint_SameNameTwice_Throws()
    {
        var builder = await SampleApp.BuilderAsync();
        var web = builder.AddExecutable("web", "true", ".").WithHttpEndpoint();

        Assert.Throws<DistributedApplicationException>(() => web.WithHttpEndpoint());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task WithReplicas_NotPositive_Throws(int replicas)
    {
        var builder = await SampleApp.BuilderAsync();
        var web = builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null);

        Assert.Throws<ArgumentOutOfRangeException>(() => web.WithReplicas(replicas));
    }

    [Fact]
    public async Task EndpointUrl_BeforeStart_Throws()
    {
        var builder = await SampleApp.BuilderAsync();
        var endpoint = builder.AddExecutable("web", "true", ".").WithHttpEndpoint().GetEndpoint("http");

        Assert.False(endpoint.IsAllocated);
        Assert.Throws<InvalidOperationException>(() => endpoint.Url);
    }
}
