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
            return web;
        }

        return web.WithEnvironment("Security__AdminKey", builder.ExecutionContext.IsPublishMode
            ? builder.AddGeneratedPassword(AppHostOptions.AdminKey)
            : builder.AddParameter(AppHostOptions.AdminKey, secret: true));
    }
}
