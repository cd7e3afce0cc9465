using System.Security.Cryptography;

namespace ImageSearch.AppHost;

/// <summary>Who may call the search page and the API.</summary>
internal static class AccessRules
{
    public static IResourceBuilder<ProjectResource> WithAccessRules(
        this IResourceBuilder<ProjectResource> web, IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        web.WithEnvironment("Security__RequireKey", options.RequireKey);
        if (!options.HasAdminKey)
        {
            // What one replica wrote into a form, another has to read.
            return web.WithEnvironment("Security__FormKey", RandomNumberGenerator.GetHexString(64));
        }

        return web.WithEnvironment("Security__AdminKey", builder.ExecutionContext.IsPublishMode
            ? builder.AddGeneratedPassword(AppHostOptions.AdminKey)
            : builder.AddParameter(AppHostOptions.AdminKey, secret: true));
    }
}
