using System.Text.Json.Nodes;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Cli.Tests.Support;

/// <summary>A test that runs the command against a web service of its own.</summary>
public abstract class CliTest : ApiTest
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>A folder for a test's files.</summary>
    protected string Folder => Directory.CreateDirectory(Path.Combine(_directory.Path, "pictures")).FullName;

    protected override (string Key, string? Value)[] Settings => [("Events:PollInterval", "00:00:00.020"), ("Events:SearchableAfter", "00:00:00")];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected CliProcess Start(params string[] arguments) => Start(arguments, []);

    private protected CliProcess Start(string[] arguments, (string Name, string? Value)[] environment, string? input = null) => CliProcess.Start(
        arguments,
        [
            ("IMAGESEARCH_SERVER", Http.BaseAddress!.ToString()), ("IMAGESEARCH_API_KEY", null), ("XDG_STATE_HOME", Path.Combine(_directory.Path, "state")),
            .. environment,
        ],
        input);

    private protected Task<CliRun> RunAsync(params string[] arguments) => RunAsync(arguments, [], null);

    private protected async Task<CliRun> RunAsync(string[] arguments, (string Name, string? Value)[] environment, string? input = null)
    {
        using var process = Start(arguments, environment, input);
        return await process.EndAsync();
    }

    /// <summary>Runs a command that has to succeed, with <c>--json</c>.</summary>
    private protected async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.ToString());
        return JsonNode.Parse(run.Output)!;
    }

    /// <summary>Puts a generated picture into the test's folder.</summary>
    protected string WritePicture(int seed, string name)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, GeneratedPicture.Png(seed, 32, 32));
        return path;
    }

    protected static string IdOf(int seed) => ImageId.Of(GeneratedPicture.Png(seed, 32, 32)).ToString();

    protected Task AddAsync(int seed, string name, params string[] tags) => System.AddAsync(GeneratedPicture.Png(seed, 32, 32), name, indexed: true, tags);
}
