namespace ImageSearch.Hosting.Running;

internal sealed record LaunchCommand(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    /// <summary>What the program itself needs, beyond what the AppHost declares. No secrets: it is shown to people.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
