using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>One column whose cells are tokens 0..Count-1: categories, values and bins of numbers, and, where cells were missing, one
/// token that says so.</summary>
internal abstract class TokenColumn(int source, int valueTokens, bool hasMissing)
{
    /// <summary>The column's place in the table.</summary>
    public int Source { get; } = source;

    /// <summary>Tokens that stand for values; they come first.</summary>
    public int ValueTokens { get; } = valueTokens;

    /// <summary>The number of tokens.</summary>
    public int Count { get; } = valueTokens + (hasMissing ? 1 : 0);

    /// <summary>The token of a missing cell; -1 where none was missing.</summary>
    public int MissingToken => Count > ValueTokens ? ValueTokens : -1;

    /// <summary>Where every token lies among the column's values: the normal quantile of its middle rank. Empty where tokens have
    /// no order.</summary>
    public abstract ReadOnlySpan<float> Positions { get; }

    /// <summary>Components of the piecewise linear encoding in which a network is told a token's place; 0 where tokens have no
    /// order.</summary>
    public abstract int Components { get; }

    /// <summary>Whether a network is told which token it is, and not just its place.</summary>
    public abstract bool IsFrequent(int token);

    /// <summary>The token of a value; -1 for one that the column cannot hold or never held.</summary>
    public abstract int TokenOf(double value);

    /// <summary>A value of a token.</summary>
    /// <param name="token">0..<see cref="ValueTokens"/>-1.</param>
    /// <param name="uniform">In [0, 1): which of the token's values.</param>
    /// <param name="within">The range that the value must lie in; the token has values there.</param>
    public abstract double ValueOf(int token, float uniform, ValueRange within);

    /// <summary>The share of a token's values that lie in a range.</summary>
    public abstract double ShareWithin(int token, ValueRange range);

    /// <summary>Into how many parts of equal content the values of a token can be divided; 1 where they are all the same.</summary>
    public virtual int PartsOf(int token) => 1;

    /// <summary>The share of a token's values that lie below a value of it.</summary>
    public virtual double PlaceOf(int token, double value) => 0;

    public abstract void Save(BinaryWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static TokenColumn Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        int source = reader.ReadPlace(columns.Count, "the column of tokens");
        bool hasMissing = reader.ReadBoolean(), isNumber = reader.ReadBoolean();
        CheckedReading.Require(
            isNumber == (columns[source].Kind == ColumnKind.Numeric),
            $"column '{CheckedReading.Shown(columns[source].Name)}' has tokens of the wrong kind");
        return isNumber
            ? NumberTokens.Load(reader, source, hasMissing)
            : CategoryTokens.Load(reader, source, hasMissing, columns[source].Categories.Count);
    }

    protected void SaveHead(BinaryWriter writer, bool isNumber)
    {
        writer.Write(Source);
        writer.Write(MissingToken >= 0);
        writer.Write(isNumber);
    }
}
