using System.CommandLine;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch keys</c>.</summary>
internal static class KeysCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "Whose key it is, or what for." };
    private static readonly Argument<string> Id = new("KEY-ID") { Description = "The key's id, as list shows it." };

    private static readonly Option<string> Scope = new Option<string>("--scope")
    {
        Description = "What it allows: read, write (and read), or admin (everything).",
        HelpName = "SCOPE",
        Required = true,
    }.AcceptOnlyFromAmong("read", "write", "admin");

    public static Command Create() => new("keys", "Create, list and revoke API keys; needs a key that administrates.")
    {
        new Command("create", "Make a key. It is shown once, on standard output.") { Name, Scope }.WithAction(CreateAsync),
        new Command("list", "List the keys, without their secrets.").WithAction(ListAsync),
        new Command("revoke", "End a key.") { Id }.WithAction(RevokeAsync),
    };

    private static async Task CreateAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var scope = Enum.Parse<ApiScope>(parsed.GetRequiredValue(Scope), ignoreCase: true);
        var key = await cli.Client.Keys.CreateAsync(parsed.GetRequiredValue(Name), scope, cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(key);
            return;
        }

        Terminal.WriteLine(key.Key);
        Terminal.Note($"Keep it: it is not shown again. Its id is {key.Id}.");
    }

    private static async Task ListAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var keys = await cli.Client.Keys.ListAsync(cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(new KeyList(keys));
            return;
        }

        var table = new TextTable("Id", "Name", "Scopes", "Created", "Last used", "Revoked");
        foreach (var key in keys)
        {
            table.Add(
                key.Id, key.Name, string.Join(',', key.Scopes.Select(scope => scope.ToString().ToLowerInvariant())),
                Figures.Instant(key.CreatedAt), Figures.Instant(key.LastUsedAt), Figures.Instant(key.RevokedAt));
        }

        cli.Terminal.Write(table);
    }

    private static async Task RevokeAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        await cli.Client.Keys.RevokeAsync(parsed.GetRequiredValue(Id), cancellationToken);
        Terminal.WriteLine($"The key {parsed.GetRequiredValue(Id)} opens nothing any more.");
    }
}
