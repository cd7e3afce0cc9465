using System.Net;
using System.Net.Http.Json;

namespace ImageSearch.Web.Tests.Support;

/// <summary>A test of a service that requires keys.</summary>
public abstract class Keyed : ApiTest
{
    internal const string AdminKey = "operators-own-key-0123456789abcdef";

    /// <summary>Sends with a key, or with none.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, string? key, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Http.SendAsync(request, Token);
    }

    /// <summary>Creates a key as an operator does.</summary>
    internal async Task<(string Id, string Key)> CreateKeyAsync(string scope, string name = "test")
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/keys", AdminKey, JsonContent.Create(new { name, scope }));
        var created = await JsonAsync(response, HttpStatusCode.Created);
        return ((string)created["id"]!, (string)created["key"]!);
    }
}
