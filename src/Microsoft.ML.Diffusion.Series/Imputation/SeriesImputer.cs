using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>Fills missing cells of series of the variables that it was fitted on, and can be saved. Instances are immutable and may be used
/// from several threads at once.</summary>
/// <remarks>A variable of which no value was observed while fitting stays NaN.</remarks>
public abstract class SeriesImputer
{
    private protected SeriesImputer(int variables, int statics, SeriesDirection direction) =>
        (Variables, Statics, Direction) = (variables, statics, direction);

    /// <summary>How the imputer was trained.</summary>
    public abstract SeriesImputationMethod Method { get; }

    /// <summary>The number of variables.</summary>
    public int Variables { get; }

    /// <summary>How many numbers hold for a whole series.</summary>
    public int Statics { get; }

    /// <summary>From which steps a missing cell is filled.</summary>
    public SeriesDirection Direction { get; }

    /// <summary>Whether the imputer can tell how sure its best guesses are.</summary>
    public virtual bool HasUncertainty => false;

    /// <summary>Whether draws of zeros and ones are zeros and ones, as often and together as they are probable.</summary>
    internal virtual bool DrawsZerosAndOnes => false;

    /// <summary>Fills the missing cells of a series with their best single guess.</summary>
    /// <param name="series">The series, of any length.</param>
    /// <param name="completed">Receives as many cells as the series has; observed cells are copied.</param>
    internal abstract void Impute(Data.Series series, Span<double> completed);

    /// <summary>Fills the missing cells of a series with their best single guess.</summary>
    /// <param name="series">The series, of any length.</param>
    /// <param name="completed">Receives as many cells as the series has; observed cells are copied.</param>
    /// <param name="cancel">Looked at before, and by methods that need long for a series in the middle of it, too.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    internal virtual void Impute(Data.Series series, Span<double> completed, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Impute(series, completed);
    }

    /// <summary>Fills the missing cells of a series with their best single guess and tells how sure each is.</summary>
    /// <param name="series">The series, of any length.</param>
    /// <param name="completed">Receives as many cells as the series has.</param>
    /// <param name="uncertainties">Receives how sure every cell is: an observed one is certain.</param>
    /// <param name="coverage">The share of intervals that are to hold the true number, above 0 and below 1.</param>
    internal virtual void Impute(Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        Impute(series, completed);
        for (int i = 0; i < uncertainties.Length; i++)
        {
            double cell = series.Cells[i];
            uncertainties[i] = double.IsNaN(cell) ? CellUncertainty.Unknown : CellUncertainty.OfNumber(cell, cell, 0);
        }
    }

    /// <inheritdoc cref="Impute(Data.Series, Span{double}, Span{CellUncertainty}, double)"/>
    /// <param name="series">The series, of any length.</param>
    /// <param name="completed">Receives as many cells as the series has.</param>
    /// <param name="uncertainties">Receives how sure every cell is.</param>
    /// <param name="coverage">The share of intervals that are to hold the true number, above 0 and below 1.</param>
    /// <param name="cancel">As for the best guess alone.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    internal virtual void Impute(
        Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Impute(series, completed, uncertainties, coverage);
    }

    /// <summary>Fills the missing cells of a series with one draw from what they may be: a function of the series and the three numbers
    /// alone.</summary>
    /// <param name="series">The series, of any length.</param>
    /// <param name="completed">Receives as many cells as the series has.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="seriesId">What tells this series from others that look the same.</param>
    /// <param name="draw">Which draw, from 0.</param>
    internal abstract void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0);

    /// <inheritdoc cref="Draw(Data.Series, Span{double}, ulong, ulong, int)"/>
    /// <param name="series">The series, of any length.</param>
    /// <param name="completed">Receives as many cells as the series has.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="seriesId">What tells this series from others that look the same.</param>
    /// <param name="draw">Which draw, from 0.</param>
    /// <param name="cancel">As for the best guess.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    internal virtual void Draw(
        Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Draw(series, completed, seed, seriesId, draw);
    }

    /// <summary>Fills the missing cells of a series with several draws, each the same as by itself.</summary>
    /// <param name="series">The series, of any length.</param>
    /// <param name="completed">Receives as many cells as the series has, for each draw from the first.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="seriesId">What tells this series from others that look the same.</param>
    internal virtual void Draws(Data.Series series, double[][] completed, ulong seed, ulong seriesId)
    {
        for (int draw = 0; draw < completed.Length; draw++)
            Draw(series, completed[draw], seed, seriesId, draw);
    }

    /// <summary>Begins a series whose steps come one after another, each filled as it comes; for causal imputers.</summary>
    /// <param name="request">What is asked of each step.</param>
    /// <param name="statics">Numbers that hold for the whole series.</param>
    internal virtual SeriesStream Begin(SeriesRequest request, double[] statics) => new RecordedStream(this, request, statics);

    /// <summary>Writes the imputer; Load of Microsoft.ML.Diffusion.Series.Methods.SeriesImputationMethods reads it back bit for
    /// bit.</summary>
    /// <param name="writer">Where to write.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ModelFrame.Write(writer, SaveInside);
    }

    /// <summary>Writes the imputer as a part of another.</summary>
    internal void SaveInside(BinaryWriter writer)
    {
        writer.Write(Name);
        SaveContent(writer);
    }

    /// <summary>What tells how the imputer is read back: the name of its method, unless it is around another imputer.</summary>
    private protected virtual string Name => Method.Name;

    /// <summary>Writes everything but the method.</summary>
    private protected abstract void SaveContent(BinaryWriter writer);
}
