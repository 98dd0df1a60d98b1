namespace Microsoft.ML.Diffusion.Packages.Tests.Packages;

/// <summary>The tests that share the packages.</summary>
[CollectionDefinition(nameof(PackedFeed))]
public sealed class PackedFeedCollection : ICollectionFixture<PackedFeed>;
