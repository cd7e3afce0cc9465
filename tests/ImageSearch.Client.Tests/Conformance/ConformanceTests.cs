using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Client.Tests.Conformance;

/// <summary>
/// The client against the description that the web service serves: every operation has a method, everything that can be given to it can be given to
/// the method, and everything that it answers is in what the method returns.
/// </summary>
public sealed class ConformanceTests : ApiTest
{
    /// <summary>As many samples as the longest enumeration has words.</summary>
    private const int Variants = 6;

    // What the client leaves out of the wire because it is nothing is no loss; the types that it does not itself write need reflection.
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(ImageSearchClient.Json.TypeInfoResolver, new DefaultJsonTypeInfoResolver()),
    };

    private ApiDescription _api = null!;
    private RecordingHandler _handler = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _api = new ApiDescription(await JsonAsync(await Http.GetAsync("/openapi/v1.json", Token)));
        _handler = new RecordingHandler(_api);
    }

    public override async ValueTask DisposeAsync()
    {
        _handler.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Calls of what there is; that there is all of it has a test of its own.</summary>
    private IEnumerable<ClientCall> Described => Calls.All.Where(call => _api.Operations.Any(operation => operation.Id == call.Operation));

    [Fact]
    public void EveryOperation_HasAMethod()
    {
        var called = Calls.All.Select(call => call.Operation).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(_api.Operations.Select(operation => operation.Id).Order(StringComparer.Ordinal), called);
    }

    [Fact]
    public async Task EveryInput_CanBeGiven_AndNothingElseIsSent()
    {
        using var http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = new Uri("http://images.example") };
        using var client = new ImageSearchClient(http, new ImageSearchClientOptions { Server = http.BaseAddress, ApiKey = "key", ClientId = "me" });
        foreach (var call in Described)
        {
            await call.CallAsync(client);
            Assert.Equal(call.Operation, _handler.Operation);
        }

        Assert.All(_api.Operations, operation =>
        {
            Assert.Equal(
                operation.Inputs(_api).Distinct().Order(StringComparer.Ordinal), _handler.Given[operation.Id].Order(StringComparer.Ordinal));
            Assert.Empty(operation.Headers(_api).Except(_handler.Headers, StringComparer.OrdinalIgnoreCase));
        });
    }

    [Fact]
    public async Task EveryAnswer_IsInTheTypes()
    {
        using var http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = new Uri("http://images.example") };
        using var client = new ImageSearchClient(http);
        List<string> lost = [];
        foreach (var call in Described)
        {
            for (_handler.Variant = 0; _handler.Variant < Variants; _handler.Variant++)
            {
                var result = await call.CallAsync(client);
                var written = result is null ? null : JsonSerializer.SerializeToNode(result, result.GetType(), Written);
                var answered = call.Member is { } member ? _handler.Answered![member] : _handler.Answered;
                lost.AddRange(Lost(answered, written, call.Operation));
            }
        }

        Assert.Empty(lost.Distinct());
    }

    /// <summary>What the answer has and the client's copy of it does not.</summary>
    private static IEnumerable<string> Lost(JsonNode? answered, JsonNode? written, string path) => (answered, written) switch
    {
        (null, _) => [],
        (JsonObject properties, JsonObject kept) => properties.SelectMany(property => Lost(property.Value, kept[property.Key], $"{path}.{property.Key}")),
        (JsonArray items, JsonArray kept) => items.SelectMany((item, i) => Lost(item, kept.ElementAtOrDefault(i), $"{path}[]")),
        (JsonValue, JsonValue) when JsonNode.DeepEquals(answered, written) => [],
        _ => [$"{path}: {answered.ToJsonString()} became {written?.ToJsonString() ?? "nothing"}"],
    };
}
