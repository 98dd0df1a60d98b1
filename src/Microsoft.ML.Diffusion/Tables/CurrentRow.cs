using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Refuses to read where a cursor is on no row.</summary>
internal static class CurrentRow
{
    /// <summary>Refuses.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <exception cref="InvalidOperationException">It is a cursor before its first row or behind its last.</exception>
    public static void Require(DataViewRow row)
    {
        if (row.Position < 0)
            throw new InvalidOperationException("There is no current row: MoveNext was not called, or has returned false.");
    }
}
