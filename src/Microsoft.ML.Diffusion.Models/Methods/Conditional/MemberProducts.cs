using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Sums products of the errors that the members of a blend make in held-back cells: a weighted mean with the weights w has the
/// squared error w'Gw, G being these products.</summary>
internal sealed class MemberProducts
{
    private readonly TableEncoder _encoder;
    private readonly float[][] _predictions;
    private readonly ColumnRange[] _ranges;
    private readonly double[] _errors;

    /// <param name="rows">The rows, from which the range of each number is taken.</param>
    /// <param name="predictions">Each member's predictions of the rows that something is held back of, [rows, slots].</param>
    public MemberProducts(EncodedRows rows, float[][] predictions)
    {
        (_encoder, _predictions) = (rows.Encoder, predictions);
        _ranges = ColumnRange.OfAll(rows);
        _errors = new double[predictions.Length];
    }

    /// <summary>Adds those of one cell. Errors of numbers are compared as those of imputation are: after min-max scaling.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="products">[members, members].</param>
    public void Add(HeldBackCell cell, Span<double> products)
    {
        EncodedColumn column = _encoder.Encoded[cell.Column];
        int first = cell.Row * _encoder.SlotCount + column.FirstSlot, members = _errors.Length;
        for (int slot = 0; slot < column.SlotCount; slot++)
        {
            for (int i = 0; i < members; i++)
            {
                _errors[i] = column.Scaler is null
                    ? _predictions[i][first + slot] - (slot == (int)cell.Truth ? 1 : 0)
                    : (_predictions[i][first] - cell.Truth) / (double)_ranges[cell.Column].Width;
            }
            for (int i = 0; i < members; i++)
            {
                for (int j = 0; j < members; j++)
                    products[i * members + j] += _errors[i] * _errors[j];
            }
        }
    }
}
