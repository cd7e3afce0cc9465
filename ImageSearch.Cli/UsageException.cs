namespace ImageSearch.Cli;

/// <summary>The command line asks for something that makes no sense; the message is a sentence that says what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
