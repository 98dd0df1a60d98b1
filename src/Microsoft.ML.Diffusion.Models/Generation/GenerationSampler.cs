using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>A trained network of a <see cref="GenerationMethod"/> with what turns its predictions into rows of a table.</summary>
internal abstract class GenerationSampler
{
    /// <summary>The columns of the rows that it makes.</summary>
    public abstract IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The privacy that was promised; null where none was.</summary>
    public virtual PrivacyStatement? Statement => null;

    /// <summary>Refuses conditions that cannot be satisfied. Kinds of conditions that the method does not know at all were refused
    /// before.</summary>
    /// <exception cref="ArgumentException">They cannot be.</exception>
    public virtual void RequireSatisfiable(GenerationConditions conditions)
    {
    }

    /// <summary>Fills the missing cells of some rows; see <see cref="TableGenerator.CompleteRows"/>.</summary>
    public abstract void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel);

    /// <summary>Writes everything.</summary>
    public abstract void Save(BinaryWriter writer);
}
