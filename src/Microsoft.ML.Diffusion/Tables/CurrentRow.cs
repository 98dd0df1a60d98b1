using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Refuses to read where a cursor is on no row.</summary>
internal static class CurrentRow
{
    /// <summary>The same getter, which refuses where there is no row; what it asks may do anything there.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="get">Reads a value of it.</param>
    public static ValueGetter<TValue> Checked<TValue>(DataViewRow row, ValueGetter<TValue> get) => (ref TValue value) =>
    {
        Require(row);
        get(ref value);
    };

    /// <summary>Refuses.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <exception cref="InvalidOperationException">It is a cursor before its first row or behind its last.</exception>
    public static void Require(DataViewRow row)
    {
        if (row.Position < 0)
            throw new InvalidOperationException("There is no current row: MoveNext was not called, or has returned false.");
    }
}
