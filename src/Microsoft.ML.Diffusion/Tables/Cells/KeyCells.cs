using System.Numerics;

namespace Microsoft.ML.Diffusion.Tables.Cells;

/// <summary>Cells of keys; 0 is missing.</summary>
internal sealed class KeyCells<T> : IntegerCells<T>
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    public override bool IsMissing(T value) => T.IsZero(value);
}
