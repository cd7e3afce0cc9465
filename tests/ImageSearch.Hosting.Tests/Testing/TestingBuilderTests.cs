using System.Net;
using Aspire.Hosting.Testing;

namespace ImageSearch.Hosting.Tests.Testing;

public sealed class TestingBuilderTests
{
    [Fact]
    public async Task Create_FromAnEntryPoint_RunsItsTopologyOnRandomPorts()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_Hosting_SampleAppHost>([], deadline.Token);
        await using var app = await builder.BuildAsync(deadline.Token);
        await app.StartAsync(deadline.Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("frontend", deadline.Token);

        using var client = app.CreateHttpClient("frontend");
        using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), deadline.Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEqual(18080, app.GetEndpoint("frontend", "http").Port);
    }

    [Fact]
    public async Task Create_EntryPointThrows_ThrowsTheSame()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_Hosting_SampleAppHost>(["--fail=true"]));

        Assert.Equal("The sample was told to fail.", e.Message);
    }

    [Fact]
    public async Task GetEndpoint_UnknownResource_Throws()
    {
        await using var app = await (await SampleApp.BuilderAsync()).BuildAsync();

        Assert.Throws<ArgumentException>(() => app.GetEndpoint("nobody"));
    }
}
