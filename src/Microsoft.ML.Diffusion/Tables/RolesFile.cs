using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>The roles of columns in a model file, as columns.json.</summary>
internal static class RolesFile
{
    public static void Write(BinaryWriter writer, ColumnRoles? roles) => writer.Write(roles?.ToJson() ?? string.Empty);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ColumnRoles? Read(BinaryReader reader) =>
        reader.ReadString() is { Length: > 0 } json ? ColumnRoles.FromJson(json) : null;
}
