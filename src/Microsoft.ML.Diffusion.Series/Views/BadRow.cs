namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>A row of a view that cannot be part of a series.</summary>
/// <param name="Row">Which row, from 0.</param>
/// <param name="Reason">What is wrong, as the rest of a sentence about it; <c>{0}</c> stands for another row.</param>
/// <param name="Other">The other row; null where there is none.</param>
internal sealed record BadRow(long Row, string Reason, long? Other = null)
{
    private const string Key = "Microsoft.ML.Diffusion.Series.BadRow";

    /// <summary>The refusal of the row, which a program that knows its line can say better.</summary>
    public InvalidDataException Refusal()
    {
        string reason = Reason.Replace("{0}", $"row {Other + 1}", StringComparison.Ordinal);
        var refusal = new InvalidDataException($"Row {Row + 1} {reason}.");
        refusal.Data[Key] = this;
        return refusal;
    }

    /// <summary>The row that an exception refuses; null where it refuses none.</summary>
    public static BadRow? In(Exception exception) => exception.Data[Key] as BadRow;
}
