using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionSynthesizeEstimator
{
    /// <summary>What a <see cref="DiffusionSynthesizeEstimator"/> is trained with.</summary>
    public class Options
    {
        /// <summary>How rows are learned and made: the options of one method, such as <see cref="MaskedOptions"/>,
        /// <see cref="TabDdpmOptions"/>, <see cref="MedDiffOptions"/>, or those of SMOTE, the baseline. Default: a new
        /// <see cref="MaskedOptions"/>.</summary>
        /// <remarks><see cref="GeneratorOptions.LabelColumn"/> is set from the label's name, and <see cref="GeneratorOptions.Seed"/> from
        /// <see cref="Seed"/>; leave both alone.</remarks>
        public GeneratorOptions Method { get; set; } = new MaskedOptions();

        /// <summary>The columns to learn and make. Null, the default: every visible column of the view but
        /// <see cref="IgnoredColumns"/>.</summary>
        public string[]? Columns { get; set; }

        /// <summary>Columns that are neither learned nor made, such as names, keys of other tables and times. Default: none, so that a
        /// column of a type that cannot be made is refused rather than forgotten.</summary>
        public string[] IgnoredColumns { get; set; } = [];

        /// <summary>How many categories a key or text column may have, 1 or more; rarer ones are never made. Default: 100,000.
        /// More than 256 are learnt as groups of categories that go together with like values of the other columns, which decide within a
        /// group.</summary>
        public int MaxCategories { get; set; } = 100_000;

        /// <summary>How many rows the training keeps in memory, 1 or more; of a view with more, that many are drawn at random as it is
        /// read.
        /// Null keeps all. Default: 1,000,000, which is more than the default training comes by.</summary>
        public int? MaxTrainingRows { get; set; } = 1_000_000;

        /// <summary>What columns are, as far as it is known: dates, amounts, codes, keys. What is not in it is found from the rows, told
        /// to the log, and saved with the model. Default: null, for nothing.</summary>
        /// <example><code>
        /// ColumnRoles roles = ml.Data.InferColumnRoles(rows).With("Zip", ColumnRole.Code);
        /// var estimator = ml.Transforms.DiffusionSynthesize("Label", new() { Roles = roles });
        /// </code></example>
        public ColumnRoles? Roles { get; set; }

        /// <summary>Whether the roles of columns that <see cref="Roles"/> does not name are found from the rows. Without, texts and keys
        /// are categories and numbers numbers. Default: true.</summary>
        public bool InferRoles { get; set; } = true;

        /// <summary>What rows that are made have in columns of keys (<see cref="ColumnRole.Key"/>). Nothing is learnt from these, unless
        /// <see cref="Columns"/> names them. Default: new keys of the same look, none of them one that the training rows have.</summary>
        public IdentifierHandling Keys { get; set; } = IdentifierHandling.MakeAnew;

        /// <summary>What rows that are made have in text columns of names, e-mail addresses, telephone numbers and free text. Nothing is
        /// learnt from these, unless <see cref="Columns"/> names them. Default: nothing, with a warning; on request, invented values of
        /// the same shape.</summary>
        public IdentifierHandling PersonalTexts { get; set; } = IdentifierHandling.LeaveEmpty;

        /// <summary>Whether relations between columns that hold in every training row, such as <c>start &lt;= end</c> or
        /// <c>city -> state</c>, are found and made to hold in every new row. Default: true.</summary>
        public bool FindRelations { get; set; } = true;

        /// <summary>Relations given by hand, such as <c>start &lt;= end</c>, <c>total = price * qty</c> or <c>city -> state</c>; names with
        /// blanks in backquotes or square brackets. A rule that training rows break is refused. Default: none.</summary>
        public string[] Rules { get; set; } = [];

        /// <summary>Seed of the choice of rows, the training and the rows made. Null: the seed of the MLContext, and where that has none a
        /// new one each time.</summary>
        public int? Seed { get; set; }

        /// <summary>Told how far the training has come, on one of its threads. Default: nobody.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Where the training of the network is written down every few minutes, so that one that was ended goes on from there when
        /// it is started again with the same rows and options. Not for SMOTE and MissDiff. Default: null, nowhere.</summary>
        /// <example><code>
        /// var options = new DiffusionSynthesizeEstimator.Options { Method = TabDdpmOptions.Paper(), Checkpoint = new("run.checkpoint") };
        /// ITransformer model = ml.Transforms.DiffusionSynthesize("Label", options).Fit(rows);   // goes on where it was killed
        /// </code></example>
        public CheckpointOptions? Checkpoint { get; set; }

        /// <summary>The ranks that train one network together, such as MpiExchange of the package Microsoft.ML.Diffusion.Mpi: each is given
        /// the same rows and options, and has the same model in the end, the same bits for any number of ranks. For TabDDPM and MedDiff,
        /// whose steps take longer than the exchange. Default: null, this process alone, whose sums are rounded otherwise.</summary>
        public GradientExchange? Exchange { get; set; }

        /// <summary>Stops the training, and the making of rows for a trainer, within a second. Default: never.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>TabDDPM as published: <see cref="TabDdpmOptions.Paper"/>.</summary>
        public static Options Paper() => new() { Method = TabDdpmOptions.Paper() };

        /// <summary>MedDiff as published: <see cref="MedDiffOptions.Paper"/>.</summary>
        public static Options MedDiff() => new() { Method = MedDiffOptions.Paper() };

        /// <summary>Rows under differential privacy: <see cref="PrivateMarginalsOptions"/>. Nothing else is found from the rows: no roles
        /// and no relations; keys and personal texts stay empty.</summary>
        /// <param name="epsilon">The bound, such as 1; see <see cref="PrivateMarginalsOptions.Epsilon"/>.</param>
        /// <param name="delta">Its probability of failing; see <see cref="PrivateMarginalsOptions.Delta"/>.</param>
        /// <example><code>
        /// var options = DiffusionSynthesizeEstimator.Options.Private(epsilon: 1, delta: 1e-6);
        /// var estimator = ml.Transforms.DiffusionSynthesize("Label", options);
        /// </code></example>
        public static Options Private(double epsilon, double delta) =>
            new() { Method = new PrivateMarginalsOptions { Epsilon = epsilon, Delta = delta } };

        /// <summary>Refuses impossible values and contradictions, as the estimator's constructor does.</summary>
        /// <exception cref="ArgumentException">There is one; the message is one sentence.</exception>
        public virtual void Validate()
        {
            RequireMethod();
            Refuse(Columns?.Contains(null) == true, nameof(Columns),
                "Columns has a null in it; names of columns were expected, or null for every column.");
            Refuse(IgnoredColumns?.Contains(null!) != false, nameof(IgnoredColumns),
                "IgnoredColumns is null or has a null in it; names of columns were expected, or an empty array for none.");
            Refuse(Rules?.Contains(null!) != false, nameof(Rules),
                "Rules is null or has a null in it; rules such as \"start <= end\" were expected.");
            Refuse(!Enum.IsDefined(Keys), nameof(Keys), $"Keys is {Keys}; it must be MakeAnew or LeaveEmpty.");
            Refuse(!Enum.IsDefined(PersonalTexts), nameof(PersonalTexts),
                $"PersonalTexts is {PersonalTexts}; it must be MakeAnew or LeaveEmpty.");
            Refuse(MaxCategories < 1, nameof(MaxCategories), $"MaxCategories is {MaxCategories}; it must be 1 or more.");
            Refuse(
                MaxTrainingRows < 1,
                nameof(MaxTrainingRows),
                $"MaxTrainingRows is {MaxTrainingRows}; it must be 1 or more, or null to keep all rows.");
            Refuse(
                Method!.LabelColumn is not null,
                nameof(Method),
                "LabelColumn is the place of a column in a table; name the label by the parameter labelColumnName.");
            Refuse(Method.Seed != 0, nameof(Method), "The Seed of the method is set by that of the estimator's options; set Options.Seed.");
            Refuse(
                Checkpoint is not null && !Method.Registration.Can(GenerationAbilities.Resuming),
                nameof(Checkpoint),
                $"Checkpoint is set, and {Method.Registration.Name} cannot go on from one; one of " +
                $"{string.Join(", ", MethodsThatCan(GenerationAbilities.Resuming))} was expected as the method.");
            Refuse(
                Exchange is not null && !Method.Registration.Can(GenerationAbilities.SeveralMachines),
                nameof(Exchange),
                $"Exchange is set, and a step of {Method.Registration.Name} takes less time than the exchange of its gradients, if it " +
                $"has any; one of {string.Join(", ", MethodsThatCan(GenerationAbilities.SeveralMachines))} was expected as the method.");
            Refuse(
                Checkpoint?.Interval < TimeSpan.Zero, nameof(Checkpoint), "The interval of Checkpoint is negative; it must be 0 or more.");
            Method.Validate();
        }

        internal void RequireMethod() =>
            Refuse(Method is null, nameof(Method), "Method is null; the options of a method were expected, such as new MaskedOptions().");

        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.Method = Method?.Copy()!;
            return copy;
        }

        private static IEnumerable<string> MethodsThatCan(GenerationAbilities ability) =>
            GenerationMethods.All.Where(method => method.Can(ability)).Select(method => method.Name);

        private protected static void Refuse(bool condition, string option, string sentence)
        {
            if (condition)
                throw new ArgumentException(sentence, option);
        }
    }
}
