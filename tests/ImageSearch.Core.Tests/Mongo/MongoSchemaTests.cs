using ImageSearch.Core.Models;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class MongoSchemaTests(MongoFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnsureCollection_VersionsOfAModel_TheFirstHasThePlainName()
    {
        var database = await OpenAsync();

        Assert.Equal("vectors_layout", await database.Schema.EnsureCollectionAsync(new ModelKey("layout", "7"), Token));
        Assert.Equal("vectors_layout@8", await database.Schema.EnsureCollectionAsync(new ModelKey("layout", "8"), Token));
        Assert.Equal("vectors_layout", await database.Schema.EnsureCollectionAsync(new ModelKey("layout", "7"), Token));
        Assert.Null(await database.Schema.FindCollectionAsync(new ModelKey("layout", "9"), Token));
    }

    [Fact]
    public async Task EnsureCollection_NamesOfAnyKind_EachHasItsOwn()
    {
        ModelKey[] models =
        [
            new("a", "1"), new("a@1", "1"), new("a", "@1"), new("$cmd", "$"), new("ä ö/ü", "1"), new("system.indexes", "1"), new("A", "1"), new("a\0b", "\0"),
            new(new string('x', 200), "1"), new(new string('x', 201), "1"), new(new string('x', 200), new string('y', 300)),
        ];
        var database = new MongoDatabase((await fixture.ServerAsync()).ConnectionStringOf("names"));
        await database.Store.AddAsync(Samples.Image(1), Token);

        var names = new HashSet<string>();
        foreach (var model in models)
        {
            Assert.True(names.Add(await database.Schema.EnsureCollectionAsync(model, Token)), model.ToString());
            await database.Store.PutVectorsAsync(model, [Samples.Vector(1)], Token);
            Assert.NotNull(await database.Store.FindVectorAsync(model, Samples.Id(1), Token));
        }

        Assert.Equal(models.ToHashSet(), (await database.Store.FindExtractionsAsync(Samples.Id(1), Token)).Select(extraction => extraction.Model).ToHashSet());
        Assert.True(await database.Store.DeleteAsync(Samples.Id(1), Token));
        foreach (var model in models)
        {
            Assert.Null(await database.Store.FindVectorAsync(model, Samples.Id(1), Token));
        }
    }

    [Fact]
    public async Task EnsureCollection_ManyAtOnce_AgreeOnIt()
    {
        var database = await OpenAsync();
        var other = new MongoDatabase(database.ConnectionString);

        var names = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? database : other).Schema.EnsureCollectionAsync(new ModelKey("layout", $"{i % 4}"), Token).AsTask()));

        Assert.Equal(4, names.Distinct().Count());
        Assert.Contains("vectors_layout", names);
    }

    private async Task<MongoDatabase> OpenAsync() => new(MongoFixture.NewDatabase(await fixture.ServerAsync()));
}
