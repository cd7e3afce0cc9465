namespace ImageSearch.Hosting.Running;

internal readonly record struct EnvironmentValue(string Value, bool IsSecret);
