#!/usr/bin/env bash
# Measures the tables of the documents anew and pastes them: each benchmark writes its file in eng/benchmarks/results.
#   eng/benchmarks/tables.sh FOLDER [NAME ...]
# FOLDER holds the real tables. Without names all of them, which takes some hours; with names these alone:
# imputation generation generation-incomplete generation-incomplete-census tabddpm multiple-imputation downstream rare-classes meddiff records memory engines pytorch.
# tabddpm is measured where it is named alone: it takes days, most of it TabDDPM's own training. What is in the folder TABDDPM_WORK
# (tabddpm-table) is not done again.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
data="$(cd "$1" && pwd)"
shift
cd "$here/../.."

bench() { dotnet run -c Release --project "eng/benchmarks/$1" -- "${@:2}"; }

# Small networks: what is compared is the way of making rows.
records() {
    bench Records --file "$data/$1.csv" --rows 5000 --made 2000 --results "meddiff-$2" \
        --set-Steps 2000 --set-Width 16 --set-BatchSize 64 --set-LearningRate 0.003
}

table() {
    case "$1" in
        imputation)
            bench Imputation --data "$data" --results imputation --seeds 0 --methods mean,gaussian,ridge,knn,trees,forest,default --tables \
                adult_train,california_housing,online_shoppers,abalone,wine_quality_red,insurance,concrete,breast_cancer_wisconsin,diabetes_early_stage,libras_movement
            ;;
        generation)
            bench Generation --data "$data" --results generation --seeds 0,1,2 --draws 2 --test 0.2 --half --categorical Exited,SOURCE \
                --drop id,RowNumber,CustomerId,Surname --tables \
                adult_train:income,online_shoppers:Revenue,churn_modelling:Exited,california_housing:median_house_value,patient_treatment:SOURCE,abalone:Rings,insurance:charges
            ;;
        generation-incomplete)
            bench Generation --data "$data" --results generation-incomplete --tables missdiff_bayesian:person --categorical person,ac_on,ac_off \
                --methods default,missdiff,missdiff-delete,missdiff-mean --hide 0.1,0.3,0.5,0.7,0.9 --seeds 0,1,2 \
                --mechanisms McarIndependent,McarRow,McarColumn --work "${GENERATION_WORK:-generation-work}"
            ;;
        generation-incomplete-census)
            bench Generation --data "$data" --results generation-incomplete-census --tables adult_train:income --rows 8000 --test adult_test.csv \
                --hide 0.3 --mechanisms McarIndependent,McarRow,McarColumn --layers 256,256 --set-Steps 5000 \
                --methods stasy,stasy-delete,stasy-mean --work "${GENERATION_WORK:-generation-work}"
            bench Generation --data "$data" --results generation-incomplete-census --tables adult_train:income --rows 8000 --test adult_test.csv \
                --hide 0.3 --mechanisms McarIndependent,McarRow,McarColumn \
                --methods default,stasy,stasy-delete,stasy-mean --work "${GENERATION_WORK:-generation-work}"
            ;;
        downstream)
            bench Downstream --data "$data" --rows 1200 --folds 4 --rate 0.3 --max-time 00:00:20 --results downstream
            ;;
        tabddpm) bench TabDdpmTable --data "$data" --work "${TABDDPM_WORK:-tabddpm-table}" --results tabddpm ;;
        multiple-imputation) bench MultipleImputation --repetitions 60 --results multiple-imputation ;;
        rare-classes)
            bench RareClasses --file "$data/adult_train.csv.gz" --label income --rare ">50K" --test-rows 5000 --seeds 1,2 --results rare-classes-census
            bench RareClasses --file "$data/churn_modelling.csv" --label Exited --rare 1 --drop RowNumber,CustomerId,Surname --test-rows 5000 \
                --seeds 1,2 --results rare-classes-churn
            bench RareClasses --file "$data/diabetes_early_stage.csv" --label class --rare Negative --rare-rows 12 --other-rows 200 \
                --seeds 1,2,3 --results rare-classes-diabetes
            ;;
        meddiff)
            records vermont_icd9_binary vermont
            records disease_symptoms symptoms
            ;;
        records)
            bench Records --worth --file "$data/vermont_icd9_binary.csv" --rows 1000 --results records --set-Steps 3000 --set-Width 32 \
                --set-BatchSize 64 --set-LearningRate 0.003
            ;;
        memory) RESULTS=memory-by-rows eng/benchmarks/memory-by-rows.sh "$data/adult_train.csv.gz" "$(mktemp -d)" ;;
        engines)
            dotnet run -c Release --project eng/benchmarks/Engines -p:TorchSharpNative=TorchSharp-cpu -- --threads 1 --repeats 4 --results engines
            ;;
        pytorch) RESULTS=pytorch bash eng/benchmarks/against-pytorch.sh ;;
        *) echo "There is no table '$1'." >&2; exit 2 ;;
    esac
}

(($# > 0)) || set -- imputation generation generation-incomplete multiple-imputation downstream rare-classes meddiff records memory engines pytorch
for name in "$@"; do table "$name"; done
eng/paste-results.sh
