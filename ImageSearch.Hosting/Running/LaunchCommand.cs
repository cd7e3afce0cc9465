namespace ImageSearch.Hosting.Running;

internal sealed record LaunchCommand(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory);
