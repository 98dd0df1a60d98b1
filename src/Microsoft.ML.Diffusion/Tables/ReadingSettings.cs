using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What a training keeps of a view.</summary>
/// <param name="MaxRows">How many rows at most, drawn at random if there are more; null keeps all.</param>
/// <param name="MaxCategories">How many categories a column may have in the rows kept; the rarer ones count as missing.</param>
/// <param name="Random">Decides which rows are kept.</param>
/// <param name="Roles">How the roles of columns are found and used.</param>
internal sealed record ReadingSettings(int? MaxRows, int MaxCategories, Philox Random, RolePolicy Roles);
