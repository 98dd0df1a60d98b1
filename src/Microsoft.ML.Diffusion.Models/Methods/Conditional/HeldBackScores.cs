using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Compares predictors with the blend on the same held-back cells.</summary>
internal sealed class HeldBackScores
{
    private readonly TableEncoder _encoder;
    private readonly HeldBackCells _heldBack;
    private readonly ColumnRange[] _ranges;
    private readonly double[] _blend;

    /// <param name="rows">The rows, from which the range of each number is taken.</param>
    /// <param name="heldBack">The cells.</param>
    /// <param name="blend">The blend's predictions of their rows, [rows, slots].</param>
    public HeldBackScores(EncodedRows rows, HeldBackCells heldBack, float[] blend)
    {
        _encoder = rows.Encoder;
        _heldBack = heldBack;
        _ranges = ColumnRange.OfAll(rows);
        _blend = Errors(blend);
    }

    /// <summary>Scores one predictor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="predictions">Its predictions, [rows, slots].</param>
    public ImputationScore Of(string name, float[] predictions)
    {
        double[] errors = Errors(predictions);
        (double numbers, bool betterAtNumbers) = Compare(errors, isCategory: false);
        (double categories, bool betterAtCategories) = Compare(errors, isCategory: true);
        return new ImputationScore(name, Math.Sqrt(numbers), 1 - categories, betterAtNumbers, betterAtCategories);
    }

    /// <summary>Of every cell a number's squared error after min-max scaling, or 1 for a wrong category.</summary>
    private double[] Errors(float[] predictions)
    {
        double[] errors = new double[_heldBack.Cells.Count];
        for (int i = 0; i < errors.Length; i++)
        {
            HeldBackCell cell = _heldBack.Cells[i];
            EncodedColumn column = _encoder.Encoded[cell.Column];
            ReadOnlySpan<float> slots = predictions.AsSpan(cell.Row * _encoder.SlotCount + column.FirstSlot, column.SlotCount);
            errors[i] = column.Scaler is null
                ? CategoryChoice.Largest(slots) == (int)cell.Truth ? 0 : 1
                : Math.Pow((slots[0] - cell.Truth) / _ranges[cell.Column].Width, 2);
        }
        return errors;
    }

    private (double Mean, bool IsBetter) Compare(double[] errors, bool isCategory)
    {
        int count = 0;
        double sum = 0;
        var differences = new PairedErrors();
        for (int i = 0; i < errors.Length; i++)
        {
            if (_encoder.Encoded[_heldBack.Cells[i].Column].Scaler is null != isCategory)
                continue;
            count++;
            sum += errors[i];
            differences.Add(errors[i], _blend[i]);
        }
        return (count > 0 ? sum / count : double.NaN, differences.AreSmaller);
    }
}
