using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

/// <summary>Tags that look the same are the same, in whatever form of Unicode they come and were kept.</summary>
public sealed class TagFormsTests : ApiTest
{
    private const string Composed = "caf\u00e9";
    private const string Decomposed = "cafe\u0301";

    private static readonly byte[][] Pictures = [.. Enumerable.Range(1, 3).Select(seed => GeneratedPicture.Png(seed, 16, 16))];
    private static readonly string[] Ids = [.. Pictures.Select(picture => ImageId.Of(picture).ToString())];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await System.AddAsync(Pictures[0], "a.png", indexed: true, Composed);
        await System.AddAsync(Pictures[1], "b.png", indexed: true, Decomposed); // kept before tags had one form
        await System.AddAsync(Pictures[2], "c.png", indexed: true, "other");
    }

    [Theory]
    [InlineData(Composed)]
    [InlineData(Decomposed)]
    public async Task List_WithATagInAnyForm_HasAllFormsOnceAndInOrder(string tag)
    {
        var first = await JsonAsync(await Http.GetAsync($"/api/v1/images?limit=1&tag={Uri.EscapeDataString(tag)}", Token));
        var second = await JsonAsync(await Http.GetAsync($"/api/v1/images?limit=1&tag={Uri.EscapeDataString(tag)}&cursor={first["next"]}", Token));

        Assert.Equal([Ids[1], Ids[0]], Listed(first).Concat(Listed(second)));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Search_WithADecomposedTag_AsksForTheComposedOne()
    {
        var answer = await JsonAsync(await Http.PostAsync($"/api/v1/search?tag={Uri.EscapeDataString(Decomposed)}", Form(Pictures[0]), Token));

        Assert.Equal([Ids[0]], answer["results"]!.AsArray().Select(result => (string?)result!["id"]));
    }

    [Theory]
    [InlineData(Composed)]
    [InlineData(Decomposed)]
    public async Task Remove_InAnyForm_TakesAllAway(string tag)
    {
        var answer = await JsonAsync(await Http.PostAsJsonAsync("/api/v1/images/tags", new { ids = Ids, remove = new[] { tag } }, Token));

        Assert.Equal(2, (int)answer["changed"]!);
        Assert.Empty(Listed(await JsonAsync(await Http.GetAsync($"/api/v1/images?tag={Uri.EscapeDataString(tag)}", Token))));
    }

    [Fact]
    public async Task Add_WhatIsKeptInAnotherForm_LeavesOne()
    {
        await JsonAsync(await Http.PostAsJsonAsync("/api/v1/images/tags", new { ids = Ids, add = new[] { Decomposed, Composed } }, Token));

        foreach (var id in Ids[..2])
        {
            Assert.Equal([Composed], (await JsonAsync(await Http.GetAsync($"/api/v1/images/{id}", Token)))["tags"]!.AsArray().Select(tag => (string?)tag));
        }
    }

    [Theory]
    [InlineData("\u200b")]
    [InlineData("\u0301")]
    [InlineData("a\u202eb")]
    public async Task Add_WhatShowsNothing_IsRefused(string tag)
    {
        var problem = await ProblemAsync(
            await Http.PostAsJsonAsync("/api/v1/images/tags", new { ids = Ids, add = new[] { tag } }, Token), global::System.Net.HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Contains("visible", (string)problem["errors"]!["add"]![0]!, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Listed(JsonNode page) => page["images"]!.AsArray().Select(image => (string?)image!["id"]);
}
