using ImageSearch.Cli.Tests.Support;

namespace ImageSearch.Cli.Tests;

/// <summary>A system that wants keys.</summary>
public sealed class KeysTests : CliTest
{
    private const string AdminKey = "the-key-of-an-operator-who-begins-here";

    protected override (string Key, string? Value)[] Settings => [.. base.Settings, ("Security:RequireKey", "All"), ("Security:AdminKey", AdminKey)];

    [Fact]
    public async Task WithoutAKey_WhatToDoIsSaid()
    {
        var run = await RunAsync("list");

        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.EndsWith(" Give a key in $IMAGESEARCH_API_KEY or with --api-key.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_AreCreated_Used_Listed_AndRevoked()
    {
        var created = await RunAsync(["keys", "create", "a reader", "--scope", "read"], [("IMAGESEARCH_API_KEY", AdminKey)]);
        var key = created.Output.TrimEnd('\n');
        var used = await RunAsync("list", "--api-key", key);
        var refused = await RunAsync(["delete", new string('0', 64), "--yes"], [("IMAGESEARCH_API_KEY", key)]);
        var list = await RunAsync("keys", "list", "--api-key", AdminKey);
        var id = list.Lines.Single(line => line.Contains("\ta reader\tread\t", StringComparison.Ordinal)).Split('\t')[0];
        var revoked = await RunAsync("keys", "revoke", id, "--api-key", AdminKey);
        var over = await RunAsync("list", "--api-key", key);

        Assert.True(created.ExitCode == 0 && used.ExitCode == 0 && revoked.ExitCode == 0, created + "\n" + used + revoked);
        Assert.DoesNotContain(key, list.Output, StringComparison.Ordinal);
        Assert.Equal((1, 1), (refused.ExitCode, over.ExitCode));
        Assert.Contains($"Its id is {id}.", created.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, created.Error + refused.Error + over.Error, StringComparison.Ordinal);
    }
}
