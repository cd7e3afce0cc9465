using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.Hosting.Tests.Model;

public sealed class ReferenceExpressionTests
{
    [Fact]
    public async Task Create_ParametersAndEndpoints_GiveManifestExpression()
    {
        var builder = await SampleApp.BuilderAsync();
        var password = builder.AddParameter("password", secret: true);
        var server = builder.AddContainer("mongo", "mongo", "8").WithHttpEndpoint(targetPort: 1, name: "tcp").GetEndpoint("tcp");

        var expression = ReferenceExpression.Create(
            $"db://admin:{password}@{server.Property(EndpointProperty.Host)}:{server.Property(EndpointProperty.Port)}/{"name"}?{{x}}");

        Assert.Equal("db://admin:{password.value}@{mongo.bindings.tcp.host}:{mongo.bindings.tcp.port}/name?{x}", expression.ValueExpression);
    }

    [Fact]
    public async Task GetValue_ParametersAndBraces_GiveText()
    {
        var builder = await SampleApp.BuilderAsync("--Parameters:password=pa{ss");
        var password = builder.AddParameter("password", secret: true);

        var value = await ReferenceExpression.Create($"{{a}}:{password}").GetValueAsync();

        Assert.Equal("{a}:pa{ss", value);
    }

    [Fact]
    public async Task GetValue_ParameterWithoutValue_SaysWhichKeyIsMissing()
    {
        var builder = await SampleApp.BuilderAsync();
        var missing = builder.AddParameter("missing");

        var e = await Assert.ThrowsAsync<DistributedApplicationException>(async () => await missing.Resource.GetValueAsync(default));

        Assert.Contains("Parameters:missing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddConnectionString_FromConfiguration_GivesValue()
    {
        var builder = await SampleApp.BuilderAsync("--ConnectionStrings:rabbitmq=amqp://somewhere");
        var connection = builder.AddConnectionString("rabbitmq");

        Assert.Equal("amqp://somewhere", await connection.Resource.GetConnectionStringAsync());
    }
}
