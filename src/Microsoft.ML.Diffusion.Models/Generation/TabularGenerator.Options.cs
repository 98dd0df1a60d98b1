using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

public sealed partial class TabularGenerator
{
    /// <summary>What a <see cref="TabularGenerator"/> is trained with. A null lets the training choose by the size of the table; the choice
    /// depends on the table alone, never on the clock, so that a seed gives the same bits anywhere.</summary>
    public class Options
    {
        /// <summary>How rows are learned and made. Default: <see cref="GenerationMethod.Masked"/>.</summary>
        public GenerationMethod Method { get; set; } = GenerationMethod.Masked;

        /// <summary>The column that will be learned from the generated rows, 0-based; null for none. Masked diffusion draws it last, given
        /// the whole row; TabDDPM and MedDiff generate the other columns given a categorical one.</summary>
        public int? LabelColumn { get; set; }

        /// <summary>Bins of a number with many values. Null: 0.7 times the root of the number of rows, 8 to 128. Masked
        /// diffusion only.</summary>
        public int? Bins { get; set; }

        /// <summary>The width of the residual blocks. Null: 256; MedDiff: 64, the channels of its longest resolution. Masked diffusion and
        /// MedDiff only.</summary>
        public int? Width { get; set; }

        /// <summary>The number of residual blocks. Null: 3. Masked diffusion only.</summary>
        public int? Blocks { get; set; }

        /// <summary>The probability of dropping a hidden element in training. Null: 0.1, or 0.3 below 10,000 rows; TabDDPM: 0. Not used
        /// by MissDiff.</summary>
        public double? Dropout { get; set; }

        /// <summary>Share of batch rows whose known columns are the first ones in the order of drawing, in a quarter of them after the
        /// label. Null: 0.7. Masked diffusion only.</summary>
        public double? OrderedShare { get; set; }

        /// <summary>What the label's logits are divided by when it is drawn given the rest of its row. Null: 0.8; 1 draws it as it was learned.
        /// Masked diffusion only.</summary>
        /// <remarks>A learner that is trained on made rows meets the label's noise twice, in the rows that were learned from and in the draw.
        /// A surer label makes up for some of it; every category or bin of the label stays as frequent as without.</remarks>
        public double? LabelTemperature { get; set; }

        /// <summary>The widths of the network's layers. Null: 256, 1024, 1024, 1024, 1024, 256, which the published code uses for Census.
        /// TabDDPM only.</summary>
        public IReadOnlyList<int>? Layers { get; set; }

        /// <summary>The number of noise levels T. Null: 100; the paper tries 100 and 1,000; MedDiff: 200, at least 21; NCSN: 10.
        /// TabDDPM and MedDiff only.</summary>
        public int? DiffusionSteps { get; set; }

        /// <summary>The number of optimizer steps. Null: as many as go over the rows 120 times, at least 2,000 and at most 6,000; MedDiff: 30 times,
        /// at least 3,000 and at most 10,000; TabDDPM: 30,000. MissDiff goes over the rows 250 times unless this says otherwise.</summary>
        public int? Steps { get; set; }

        /// <summary>Rows per optimizer step. Null: 256; MedDiff: 128; TabDDPM: 4,096; MissDiff: 64.</summary>
        public int? BatchSize { get; set; }

        /// <summary>The largest learning rate. Null: 1e-3; TabDDPM: 2e-3; MissDiff: 5e-4.</summary>
        public double? LearningRate { get; set; }

        /// <summary>The share of rows that is held back to stop the training early, keeping the best weights. Null: 0.1, at most 2,000 rows.
        /// Masked diffusion only.</summary>
        public double? ValidationShare { get; set; }

        /// <summary>The noise schedule. Null: <see cref="NoiseScheduleKind.Linear"/>. One that explodes is NCSN's, ten levels from 2 to 0.02, and
        /// goes with <see cref="DiffusionSolver.Langevin"/> alone. MedDiff only.</summary>
        public NoiseScheduleKind? Schedule { get; set; }

        /// <summary>Whether the network predicts the noise, as Ho et al. 2020, MedDiff and NCSN do. Null: only where
        /// <see cref="Schedule"/> explodes; otherwise it predicts the velocity (Salimans and Ho 2022), which is as easy at any level. MedDiff
        /// only.</summary>
        public bool? PredictNoise { get; set; }

        /// <summary>beta_T of the linear schedule, beta_1 being 1e-4. Null: as large as leaves next to no signal at the last level (0.1 for T
        /// = 200). MedDiff only.</summary>
        public double? LastBeta { get; set; }

        /// <summary>How rows are made from noise. Null: <see cref="DiffusionSolver.DpmSolver"/>. MedDiff only.</summary>
        /// <remarks>Anderson acceleration, which the paper proposes, takes every step for an iteration towards one fixed point. The reverse
        /// process has none, and rows come out far from the data (docs/meddiff.md) unless <see cref="AndersonLimit"/> holds it back; the preset
        /// has it all the same.</remarks>
        public DiffusionSolver? Solver { get; set; }

        /// <summary>Steps of the solver, at most T; of Langevin dynamics, those at each level. Null: 50; Langevin: 100. MedDiff only.</summary>
        public int? SamplingSteps { get; set; }

        /// <summary>Anderson acceleration's k, how many differences of steps are mixed before it starts over. Null: 3. MedDiff only.</summary>
        public int? AndersonMemory { get; set; }

        /// <summary>How far Anderson acceleration may move the end of a step, in lengths of the step; 0 or more. Null: as far as it likes, as in
        /// the paper; 0.1 is better than that, and than DDIM alone. MedDiff only.</summary>
        public double? AndersonLimit { get; set; }

        /// <summary>How rows of a class are made. Null: <see cref="LabelGuidance.Classifier"/>. MedDiff only.</summary>
        public LabelGuidance? Guidance { get; set; }

        /// <summary>The weight of the guidance. Null: 1 for a classifier, 0 without one. MedDiff only.</summary>
        public double? GuidanceWeight { get; set; }

        /// <summary>How many rows are made after the training to find out, for every column of two values, above which number as many rows
        /// have the second value as in training; 0 takes the nearer one, as the
        /// paper does. Null: 4,096. MedDiff only.</summary>
        public int? CalibrationRows { get; set; }

        /// <summary>Seed of the weights, the batches and the noise. Default 0.</summary>
        public ulong Seed { get; set; }

        /// <summary>How many threads train. Null: one per core. The result does not depend on it.</summary>
        public int? Threads { get; set; }

        /// <summary>What computes the training. Default: <see cref="EngineKind.Auto"/>, a GPU where the app carries TorchSharp and there is one,
        /// else managed code. The model is the same in kind, and its file does not tell; its numbers agree to rounding.</summary>
        public EngineKind Engine { get; set; } = EngineKind.Auto;

        /// <summary>Which GPU computes, 0-based. Null: the one that the MLContext names, if it names one; else the first, if there is one.</summary>
        public int? GpuDeviceId { get; set; }

        /// <summary>Whether the training goes to the processor where <see cref="GpuDeviceId"/> is not there. Default: true.</summary>
        public bool FallbackToCpu { get; set; } = true;

        /// <summary>TabDDPM as published (Kotelnikov et al. 2023, section 4 and the code's configuration for Census): quantile-normal
        /// numbers, cosine schedule, T = 100, layers of 256, 1024, 1024, 1024, 1024 and 256, AdamW 2e-3 falling in a line, batch 4,096,
        /// 30,000 steps, moving average of the weights. Hours on a processor.</summary>
        /// <param name="labelColumn">The label, 0-based: rows are generated by class where it is categorical; a number is one more
        /// column.</param>
        public static Options Paper(int? labelColumn = null) => new()
        {
            Method = GenerationMethod.TabDdpm,
            LabelColumn = labelColumn,
            Layers = [256, 1024, 1024, 1024, 1024, 256],
            DiffusionSteps = 100,
            Steps = 30_000,
            BatchSize = 4096,
            LearningRate = 2e-3,
            Dropout = 0,
        };

        /// <summary>MedDiff (He et al. 2023): T = 200, beta from 1e-4 to 1e-2 in a line, Adam 1e-3, batch 128, DDIM with Anderson
        /// acceleration, k = 3, a classifier that guides, a network that predicts the noise, and numbers rounded to the nearer of two
        /// values.</summary>
        /// <remarks>At these betas 0.36 of the data's variance is left at the last level, so rows start from the mean and size that each
        /// number has there; <see cref="LastBeta"/> of null leaves none.</remarks>
        /// <param name="labelColumn">The label, 0-based: rows are generated by class where it is categorical; a number is one more
        /// column.</param>
        public static Options MedDiff(int? labelColumn = null) => new()
        {
            Method = GenerationMethod.MedDiff,
            LabelColumn = labelColumn,
            DiffusionSteps = 200,
            LastBeta = 1e-2,
            PredictNoise = true,
            LearningRate = 1e-3,
            BatchSize = 128,
            Solver = DiffusionSolver.Anderson,
            SamplingSteps = 200,
            AndersonMemory = 3,
            Guidance = LabelGuidance.Classifier,
            GuidanceWeight = 1,
            CalibrationRows = 0,
        };

        /// <summary>NCSN (Song and Ermon 2019) over MedDiff's network, to compare with: ten levels of noise, annealed Langevin dynamics of 100
        /// steps each, 1,000 calls of the network.</summary>
        /// <param name="labelColumn">The label, as for <see cref="MedDiff"/>.</param>
        public static Options Ncsn(int? labelColumn = null)
        {
            Options options = MedDiff(labelColumn);
            (options.Schedule, options.LastBeta, options.DiffusionSteps) = (NoiseScheduleKind.VarianceExploding, null, 10);
            (options.Solver, options.SamplingSteps) = (DiffusionSolver.Langevin, 100);
            return options;
        }

        internal EngineChoice ChooseEngine() => EngineChoice.Decide(Engine, GpuDeviceId, FallbackToCpu);

        internal void Validate(ITableRows table)
        {
            Require(Enum.IsDefined(Method), nameof(Method), Method, "a generation method");
            bool isColumn = LabelColumn is null || (uint)LabelColumn.Value < (uint)table.Columns.Count;
            Require(isColumn, nameof(LabelColumn), LabelColumn, "a column of the table");
            Require(Bins is null or (>= 2 and <= 1024), nameof(Bins), Bins, "between 2 and 1,024");
            Require(Width is null or (>= 1 and <= 8192), nameof(Width), Width, "between 1 and 8,192");
            Require(Blocks is null or (>= 1 and <= 100), nameof(Blocks), Blocks, "between 1 and 100");
            Require(Dropout is null or (>= 0 and < 1), nameof(Dropout), Dropout, "at least 0 and below 1");
            Require(OrderedShare is null or (>= 0 and <= 1), nameof(OrderedShare), OrderedShare, "between 0 and 1");
            Require(LabelTemperature is null or (>= 0.1 and <= 1), nameof(LabelTemperature), LabelTemperature, "between 0.1 and 1");
            Require(Layers is null || Layers.All(width => width is >= 1 and <= 8192), nameof(Layers), Layers, "widths between 1 and 8,192");
            Require(DiffusionSteps is null or (>= 2 and <= 10_000), nameof(DiffusionSteps), DiffusionSteps, "between 2 and 10,000");
            Require(Steps is null or >= 1, nameof(Steps), Steps, "at least 1");
            Require(BatchSize is null or (>= 1 and <= 65_536), nameof(BatchSize), BatchSize, "between 1 and 65,536");
            Require(LearningRate is null or (> 0 and <= 1), nameof(LearningRate), LearningRate, "above 0 and at most 1");
            Require(ValidationShare is null or (>= 0 and <= 0.5), nameof(ValidationShare), ValidationShare, "between 0 and 0.5");
            bool isLinear = Method == GenerationMethod.MedDiff && Schedule is null or NoiseScheduleKind.Linear && LastBeta is null;
            Require(!isLinear || DiffusionSteps is null or >= 21, nameof(DiffusionSteps), DiffusionSteps, "at least 21 for the linear schedule");
            Require(Schedule is null || Enum.IsDefined(Schedule.Value), nameof(Schedule), Schedule, "a noise schedule");
            bool explodes = Schedule == NoiseScheduleKind.VarianceExploding, isLangevin = Solver == DiffusionSolver.Langevin;
            Require(Solver is null || explodes == isLangevin, nameof(Solver), Solver, "Langevin where the schedule explodes, and only there");
            Require(!explodes || PredictNoise != false, nameof(PredictNoise), PredictNoise, "true where the schedule explodes");
            Require(LastBeta is null or (>= 1e-4 and < 1), nameof(LastBeta), LastBeta, "at least 0.0001 and below 1");
            Require(Solver is null || Enum.IsDefined(Solver.Value), nameof(Solver), Solver, "a solver");
            Require(SamplingSteps is null or >= 1, nameof(SamplingSteps), SamplingSteps, "at least 1");
            Require(AndersonMemory is null or (>= 0 and <= 100), nameof(AndersonMemory), AndersonMemory, "between 0 and 100");
            Require(AndersonLimit is null or >= 0, nameof(AndersonLimit), AndersonLimit, "at least 0");
            Require(Guidance is null || Enum.IsDefined(Guidance.Value), nameof(Guidance), Guidance, "a kind of guidance");
            Require(GuidanceWeight is null or (>= 0 and <= 100), nameof(GuidanceWeight), GuidanceWeight, "between 0 and 100");
            Require(CalibrationRows is null or (>= 0 and <= 1_000_000), nameof(CalibrationRows), CalibrationRows, "between 0 and 1,000,000");
            Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1");
        }

        private static void Require(bool condition, string name, object? value, string expected)
        {
            if (!condition)
                throw new ArgumentOutOfRangeException(name, value, $"The option {name} must be {expected}.");
        }
    }
}
