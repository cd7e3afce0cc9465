namespace ImageSearch.Hosting.Running;

/// <summary>One line of a process; numbers count from 1 and go on when the process is restarted.</summary>
internal sealed record LogLine(int Number, DateTimeOffset At, string Text, bool IsError);
